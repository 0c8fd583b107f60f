import { describe, expect, it } from 'vitest'
import type { PolicyDocument } from '../../local/service.ts'
import { grantsOf, grantText, without } from './grants.ts'

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/shop'
const index = `${table}/index/by-date`
const policyOf = (document: PolicyDocument) =>
  ({ kind: 'identity', of: 'arn:aws:iam::000000000000:role/r', holder: 'shop', document }) as const

describe('a grant', () => {
  it('is an action on a resource, for each value that a condition lists', () => {
    const condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['a#*', 'b#*'] } }
    const document: PolicyDocument = {
      Statement: [
        { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: [table, index] },
        { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: table, Condition: condition },
        { Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' },
      ],
    }
    expect(grantsOf(policyOf(document)).map(grantText)).toEqual([
      'shop: dynamodb:GetItem on table/shop',
      'shop: dynamodb:GetItem on table/shop/index/by-date',
      'shop: dynamodb:Query on table/shop',
      'shop: dynamodb:Query on table/shop/index/by-date',
      'shop: dynamodb:PutItem on table/shop for a#*',
      'shop: dynamodb:PutItem on table/shop for b#*',
    ])
  })

  it('can be taken out of its policy, which keeps the others', () => {
    const Condition = { ArnLike: { 'aws:SourceArn': ['topic-a', 'topic-b'] } }
    const statement = {
      Effect: 'Allow',
      Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'],
      Resource: ['q', 'r'],
      Condition,
    }
    const deny = { Effect: 'Deny', Action: 'sqs:*', Resource: 'q' } as const
    const [first] = grantsOf(policyOf({ Statement: [{ ...statement, Effect: 'Allow' }, deny] }))
    expect(first).toMatchObject({ action: 'sqs:SendMessage', resource: 'q', value: { value: 'topic-a' } })
    expect(first && without(first).Statement).toEqual([
      { ...statement, Action: ['sqs:ReceiveMessage'] },
      { ...statement, Action: 'sqs:SendMessage', Resource: ['r'] },
      {
        ...statement,
        Action: 'sqs:SendMessage',
        Resource: 'q',
        Condition: { ArnLike: { 'aws:SourceArn': ['topic-b'] } },
      },
      deny,
    ])
  })

  it('leaves an empty policy where it was the only one', () => {
    const [only] = grantsOf(policyOf({ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole' } }))
    expect(only && without(only).Statement).toEqual([])
  })
})
