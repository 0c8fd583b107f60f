import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Caller, PolicyDocument, PolicyStatement } from '../../../../local/service.ts'
import { decide, type Question } from '../../../../local/services/iam/evaluate.ts'

const account = '000000000000'
const roleArn = `arn:aws:iam::${account}:role/app/Orders`
const session = `arn:aws:sts::${account}:assumed-role/Orders/one`
const role: Caller = { kind: 'role', roleArn, arn: session, userId: 'AROAX:one' }
const queue = `arn:aws:sqs:eu-west-1:${account}:orders`
const topic = `arn:aws:sns:eu-west-1:${account}:placed`
const sns: Caller = { kind: 'service', principal: 'sns.amazonaws.com', sourceArn: topic, sourceAccount: account }

const policy = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement })
const allowSend: PolicyStatement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue }
const ask = (question: Partial<Question>) =>
  decide({
    caller: role,
    identityPolicies: [],
    action: 'sqs:SendMessage',
    resource: queue,
    context: {},
    account,
    ...question,
  })
const allows = (question: Partial<Question>): boolean => ask(question).allowed
const message = (question: Partial<Question>): string => {
  const decision = ask(question)
  return decision.allowed ? 'allowed' : decision.message
}

describe('identity policies', () => {
  it('denies by default, in the words of AWS', () => {
    expect(message({})).toBe(
      `User: ${session} is not authorized to perform: sqs:sendmessage on resource: ${queue} because no identity-based policy allows the sqs:sendmessage action`,
    )
  })

  it('allows what a statement names, whatever the case of the action', () => {
    expect(allows({ identityPolicies: [policy({ ...allowSend, Action: ['sqs:get*', 'SQS:sendmessage'] })] })).toBe(true)
    expect(allows({ identityPolicies: [policy({ ...allowSend, Resource: queue.toUpperCase() })] })).toBe(false)
  })

  it.each([
    ['arn:aws:sqs:*:*:orders', true],
    ['arn:aws:sqs:*:orders', true],
    ['arn:aws:sqs:eu-west-1:000000000000:order?', true],
    ['arn:aws:sqs:eu-west-1:000000000000:order', false],
    ['*', true],
  ])('matches the resource pattern %s: %s', (Resource, expected) => {
    expect(allows({ identityPolicies: [policy({ ...allowSend, Resource })] })).toBe(expected)
  })

  it('applies NotAction and NotResource to everything else', () => {
    expect(allows({ identityPolicies: [policy({ Effect: 'Allow', NotAction: 'sqs:Delete*', Resource: '*' })] })).toBe(
      true,
    )
    expect(allows({ identityPolicies: [policy({ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' })] })).toBe(false)
    expect(allows({ identityPolicies: [policy({ Effect: 'Allow', Action: '*', NotResource: queue })] })).toBe(false)
  })

  it('lets an explicit deny win, and says which kind of policy denies', () => {
    const deny: PolicyStatement = { Effect: 'Deny', Action: 'sqs:*', Resource: '*' }
    expect(message({ identityPolicies: [policy(allowSend, deny)] })).toBe(
      `User: ${session} is not authorized to perform: sqs:sendmessage on resource: ${queue} with an explicit deny in an identity-based policy`,
    )
    const resourcePolicy = policy({ ...deny, Principal: '*' })
    expect(message({ identityPolicies: [policy(allowSend)], resourcePolicy })).toContain(
      'with an explicit deny in a resource-based policy',
    )
  })

  it('limits by the permissions boundary', () => {
    const boundary = policy({ Effect: 'Allow', Action: 'sqs:Receive*', Resource: '*' })
    expect(message({ identityPolicies: [policy(allowSend)], boundary })).toContain(
      'because no permissions boundary allows the sqs:sendmessage action',
    )
  })

  it('replaces policy variables, with defaults, and matches nothing where one has no value', () => {
    const own = policy({ ...allowSend, Resource: `arn:aws:sqs:eu-west-1:${account}:\${aws:PrincipalTag/team}` })
    expect(allows({ identityPolicies: [own], context: { 'aws:PrincipalTag/team': 'orders' } })).toBe(true)
    expect(allows({ identityPolicies: [own] })).toBe(false)
    const fallback = policy({ ...allowSend, Resource: `arn:aws:sqs:*:*:\${aws:PrincipalTag/team, 'orders'}` })
    expect(allows({ identityPolicies: [fallback] })).toBe(true)
    expect(allows({ identityPolicies: [{ ...fallback, Version: '2008-10-17' }] })).toBe(false)
  })

  it('lets an explicit deny win over any other statements', () => {
    const statement = fc.record({
      Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
      Action: fc.constantFrom('*', 'sqs:*', 'sqs:SendMessage', 'sqs:ReceiveMessage', 'sns:*'),
      Resource: fc.constantFrom('*', queue, topic, 'arn:aws:sqs:*'),
    })
    const matches = (s: { Action: string; Resource: string }): boolean =>
      ['*', 'sqs:*', 'sqs:SendMessage'].includes(s.Action) && s.Resource !== topic
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 6 }), fc.boolean(), (statements, split) => {
        const identityPolicies = split ? statements.map((one) => policy(one)) : [policy(...statements)]
        const denied = statements.some((one) => one.Effect === 'Deny' && matches(one))
        const allowed = statements.some((one) => one.Effect === 'Allow' && matches(one))
        expect(allows({ identityPolicies })).toBe(allowed && !denied)
      }),
    )
  })
})

describe('resource policies', () => {
  const fromSns = policy({
    ...allowSend,
    Principal: { Service: 'sns.amazonaws.com' },
    Condition: { ArnEquals: { 'aws:SourceArn': topic } },
  })

  it('let a service in only for the source they name', () => {
    expect(allows({ caller: sns, resourcePolicy: fromSns })).toBe(true)
    expect(allows({ caller: { ...sns, sourceArn: `${topic}-other` }, resourcePolicy: fromSns })).toBe(false)
    expect(message({ caller: sns })).toBe(
      `User: sns.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: ${queue} because no resource-based policy allows the sqs:sendmessage action`,
    )
  })

  it('never ask the identity policies of a service or of anonymous', () => {
    const identityPolicies = [policy({ Effect: 'Allow', Action: '*', Resource: '*' })]
    expect(allows({ caller: sns, identityPolicies })).toBe(false)
    expect(allows({ caller: { kind: 'anonymous' }, identityPolicies })).toBe(false)
  })

  it.each([
    [{ AWS: roleArn }, true],
    [{ AWS: [session] }, true],
    [{ AWS: '*' }, true],
    ['*' as const, true],
    [{ AWS: `arn:aws:iam::${account}:root` }, false],
    [{ AWS: `${roleArn}2` }, false],
    [{ Service: 'sns.amazonaws.com' }, false],
  ])('allow a role of the same account that the principal %j names: %s', (Principal, expected) => {
    expect(allows({ resourcePolicy: policy({ ...allowSend, Principal }) })).toBe(expected)
  })

  it('let anonymous in only for everybody', () => {
    const caller: Caller = { kind: 'anonymous' }
    expect(allows({ caller, resourcePolicy: policy({ ...allowSend, Principal: '*' }) })).toBe(true)
    expect(allows({ caller, resourcePolicy: policy({ ...allowSend, Principal: { AWS: account } }) })).toBe(false)
  })

  it('spare those whom NotPrincipal names from a deny', () => {
    const deny: PolicyStatement = { Effect: 'Deny', Action: 'sqs:*', Resource: '*', NotPrincipal: { AWS: [roleArn] } }
    const identityPolicies = [policy(allowSend)]
    expect(allows({ identityPolicies, resourcePolicy: policy(deny) })).toBe(true)
    expect(allows({ identityPolicies, resourcePolicy: policy({ ...deny, NotPrincipal: { AWS: account } }) })).toBe(true)
    expect(
      allows({ identityPolicies, resourcePolicy: policy({ ...deny, NotPrincipal: { AWS: `${roleArn}2` } }) }),
    ).toBe(false)
  })

  it('of keys and roles decide alone, or hand over to the account by its root', () => {
    const key = `arn:aws:kms:eu-west-1:${account}:key/1`
    const kms = { action: 'kms:Decrypt', resource: key, resourcePolicyDecides: true }
    const identityPolicies = [policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*' })]
    const grant = (AWS: string): PolicyDocument =>
      policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: { AWS } })
    const root = grant(`arn:aws:iam::${account}:root`)
    expect(message({ ...kms, identityPolicies, resourcePolicy: grant(`${roleArn}2`) })).toContain(
      'because no resource-based policy allows the kms:Decrypt action',
    )
    expect(allows({ ...kms, identityPolicies, resourcePolicy: root })).toBe(true)
    expect(message({ ...kms, resourcePolicy: root })).toContain('because no identity-based policy allows')
    expect(allows({ ...kms, resourcePolicy: grant(roleArn) })).toBe(true)
  })

  it('count the transport as TLS, so that TLS-only policies pass', () => {
    const tlsOnly: PolicyStatement = {
      ...{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }
    expect(allows({ identityPolicies: [policy(allowSend)], resourcePolicy: policy(tlsOnly) })).toBe(true)
  })
})
