import { describe, expect, it } from 'vitest'
import type { Caller } from '../../../../local/service.ts'
import { decide } from '../../../../local/services/iam/evaluate.ts'

const account = '000000000000'
const caller: Caller = {
  kind: 'role',
  roleArn: `arn:aws:iam::${account}:role/R`,
  arn: `arn:aws:sts::${account}:assumed-role/R/s`,
  userId: 'AROA:s',
}

type Values = string | readonly string[]
type Context = Record<string, Values>

const holds = (operator: string, key: string, values: unknown, context: Context): boolean =>
  decide({
    caller,
    identityPolicies: [
      {
        Version: '2012-10-17',
        Statement: {
          ...{ Effect: 'Allow', Action: '*', Resource: '*' },
          Condition: { [operator]: { [key]: values as Values } },
        },
      },
    ],
    ...{ action: 'sqs:SendMessage', resource: 'arn:aws:sqs:eu-west-1:0:q', context, account },
  }).allowed

const k = 'app:key'

describe('operators', () => {
  it.each<[string, unknown, Values, boolean]>([
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a', 'A', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringLike', 'or?er*', 'order-1', true],
    ['StringNotLike', 'or?er*', 'order-1', false],
    ['NumericEquals', '10', '10.0', true],
    ['NumericNotEquals', '10', '10', false],
    ['NumericLessThan', 10, '9', true],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '10', '10', false],
    ['NumericGreaterThanEquals', '10', '10', true],
    ['NumericEquals', '10', 'ten', false],
    ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z', true],
    ['DateNotEquals', '2026-01-01', '2026-01-01T00:00:00Z', false],
    ['DateLessThan', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThan', '1767225600', '2026-01-01T00:00:01Z', true],
    ['DateLessThanEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThanEquals', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', false],
    ['Bool', true, 'TRUE', true],
    ['Bool', 'true', 'false', false],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
    ['IpAddress', '10.0.0.0/8', '10.2.3.4', true],
    ['IpAddress', '2001:db8::/32', '2001:db8::1', true],
    ['NotIpAddress', ['10.0.0.0/8', '127.0.0.1'], '127.0.0.1', false],
    ['NotIpAddress', '10.0.0.0/8', '11.0.0.1', true],
    ['ArnEquals', 'arn:aws:sns:*:1:t', 'arn:aws:sns:eu-west-1:1:t', true],
    ['ArnLike', 'arn:aws:sns:*:t', 'arn:aws:sns:eu-west-1:1:t', false],
    ['ArnLike', 'arn:aws:events:*:*:rule/bus/*', 'arn:aws:events:eu-west-1:1:rule/bus/r', true],
    ['ArnNotLike', 'arn:aws:sns:*:1:t', 'arn:aws:sns:eu-west-1:1:t', false],
    ['ArnNotEquals', 'arn:aws:sns:*:1:t', 'arn:aws:sns:eu-west-1:1:u', true],
  ])('%s %j against %j: %s', (operator, wanted, given, expected) => {
    expect(holds(operator, k, wanted, { [k]: given })).toBe(expected)
  })

  it.each([
    ['StringEquals', false],
    ['StringEqualsIfExists', true],
    ['StringNotEquals', true],
    ['ArnNotLike', true],
    ['ForAnyValue:StringEquals', false],
    ['ForAnyValue:StringNotEquals', false],
    ['ForAllValues:StringEquals', true],
    ['NumericLessThanIfExists', true],
  ])('%s of an absent key: %s', (operator, expected) => {
    expect(holds(operator, k, '1', {})).toBe(expected)
  })

  it.each<[string, readonly string[], readonly string[], boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b', 'a'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true],
    ['ForAnyValue:StringLike', ['x*'], ['a', 'b'], false],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
    ['ForAllValues:StringNotEquals', ['a'], ['a', 'c'], false],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'c'], true],
  ])('%s %j against the values %j: %s', (operator, wanted, given, expected) => {
    expect(holds(operator, k, wanted, { [k]: given })).toBe(expected)
  })

  it('Null asks whether the key is absent', () => {
    expect(holds('Null', k, 'true', {})).toBe(true)
    expect(holds('Null', k, 'true', { [k]: 'x' })).toBe(false)
    expect(holds('Null', k, false, { [k]: 'x' })).toBe(true)
  })

  it('every key of every operator must hold', () => {
    const statement = {
      ...{ Effect: 'Allow' as const, Action: '*', Resource: '*' },
      Condition: { StringEquals: { 'a:a': '1', 'a:b': '2' }, Bool: { 'a:c': 'true' } },
    }
    const ask = (context: Context): boolean =>
      decide({ caller, identityPolicies: [{ Statement: statement }], action: 'a:b', resource: '*', context, account })
        .allowed
    expect(ask({ 'a:a': '1', 'a:b': '2', 'a:c': 'true' })).toBe(true)
    expect(ask({ 'a:a': '1', 'a:b': '2' })).toBe(false)
    expect(ask({ 'a:a': '1', 'a:b': '3', 'a:c': 'true' })).toBe(false)
  })

  it('replaces variables in string values', () => {
    expect(holds('StringEquals', k, `\${aws:PrincipalAccount}`, { [k]: account })).toBe(true)
    expect(holds('StringLike', k, `\${*}\${aws:userid}`, { [k]: '*AROA:s' })).toBe(true)
  })
})

describe('global keys', () => {
  it.each([
    ['aws:PrincipalArn', `arn:aws:iam::${account}:role/R`],
    ['AWS:principalarn', `arn:aws:iam::${account}:role/R`],
    ['aws:PrincipalAccount', account],
    ['aws:PrincipalType', 'AssumedRole'],
    ['aws:PrincipalIsAWSService', 'false'],
    ['aws:SecureTransport', 'true'],
    ['aws:ViaAWSService', 'false'],
    ['aws:userid', 'AROA:s'],
  ])('%s of a role is %s', (key, value) => {
    expect(holds('StringEquals', key, value, {})).toBe(true)
  })

  it('of a service name the service, its source and the account', () => {
    const given = { sourceArn: 'arn:aws:events:eu-west-1:1:rule/b/r', sourceAccount: account }
    const asked = (key: string, value: string): boolean =>
      decide({
        caller: { kind: 'service', principal: 'events.amazonaws.com', ...given },
        identityPolicies: [],
        resourcePolicy: {
          Statement: {
            ...{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
            Condition: { StringEquals: { [key]: value } },
          },
        },
        ...{ action: 'sqs:SendMessage', resource: '*', context: {}, account },
      }).allowed
    expect(asked('aws:PrincipalServiceName', 'events.amazonaws.com')).toBe(true)
    expect(asked('aws:PrincipalIsAWSService', 'true')).toBe(true)
    expect(asked('aws:SourceArn', given.sourceArn)).toBe(true)
    expect(asked('aws:SourceAccount', account)).toBe(true)
    expect(asked('aws:PrincipalArn', 'arn')).toBe(false)
  })
})
