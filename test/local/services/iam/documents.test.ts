import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../../../../local/services/iam/document.ts'

/** What AWS answered to malformed documents (seen by moto's contributors), by rule. */
const bucket = 'arn:aws:s3:::bucket'
const statement = (more: object) => ({ Effect: 'Allow', Action: 's3:ListBucket', Resource: bucket, ...more })
const document = (more: object, rest: object = {}) => ({
  Version: '2012-10-17',
  Statement: statement(more),
  ...rest,
})
const read = (json: unknown) => parsePolicy(JSON.stringify(json), 'managed')

const syntax = 'Syntax errors in policy.'
const legacy = 'The policy failed legacy parsing'

describe('a policy of an identity is refused in the words of IAM, the first rule first:', () => {
  it.each([
    ['no object', 'text', syntax],
    ['an unknown element', document({}, { Extra: 1 }), syntax],
    ['an unknown element of a statement', document({ Extra: 1 }), syntax],
    ['an unknown version', document({}, { Version: '2013-10-17' }), syntax],
    ['no statement', { Version: '2012-10-17' }, syntax],
    ['an id that is no text', document({ Sid: {} }), syntax],
    ['an effect that is none', document({ Effect: 'Maybe' }), syntax],
    ['Action beside NotAction', document({ NotAction: [] }), syntax],
    ['an unknown operator that says something', document({ Condition: { x: { a: '1' } } }), syntax],
    ['a condition that is a list', document({ Condition: [] }), syntax],
    ['no version', document({ Effect: 'deny' }, { Version: undefined }), /^Policy document must be version/],
    ['a principal', document({ Principal: '*' }), 'Policy document should not specify a principal.'],
    ['an effect in another case', document({ Effect: 'deny', Resource: 'none' }), legacy],
    ['a date that is none', document({ Condition: { DateLessThan: { a: '234-13' } } }), legacy],
    ['an instant beyond 64 bits', document({ Condition: { DateLessThan: { a: '9223372036854775808' } } }), legacy],
    ['an ARN of too few parts', document({ Resource: 'arn:aws:s3::bucket', Action: undefined }), legacy],
    ['an ARN without a vendor', document({ Resource: 'arn:aws::::bucket' }), legacy],
    [
      'ids that repeat',
      { Version: '2012-10-17', Statement: [statement({ Sid: 'a' }), { Sid: 'a', Effect: 'Allow' }] },
      'Statement IDs (SID) in a single policy must be unique.',
    ],
    ['no action', document({ Action: [], Resource: undefined }), 'Policy statement must contain actions.'],
    [
      'an action without a vendor',
      document({ Action: 'list', Resource: undefined }),
      /^Actions\/Conditions must be pre/,
    ],
    ['no resource', document({ Resource: [] }), 'Policy statement must contain resources.'],
    [
      'a resource that is no ARN',
      document({ Resource: 'x', Action: 's:3:x' }),
      'Resource x must be in ARN format or "*".',
    ],
    ['another partition', document({ Resource: 'a:b' }), 'Partition "b" is not valid for resource "arn:b:*:*:*:*".'],
    [
      'another partition in an ARN',
      document({ Resource: 'arn:error:s3:::bucket' }),
      'Partition "error" is not valid for resource "arn:error:s3:::bucket".',
    ],
    ['no vendor', document({ Resource: 'arn:aws' }), /^Resource vendor must be fully qualified/],
    ['a region of IAM', document({ Resource: 'arn:aws:iam:x::role/a' }), /cannot contain region information/],
    [
      'a path of IAM',
      document({ Resource: 'arn:aws:iam:::bucket' }),
      /^IAM resource path must either be "\*" or start/,
    ],
    ['two colons', document({ Action: 's3:List:Bucket' }), 'Actions/Condition can contain only one colon.'],
    ['a vendor that is none', document({ Action: 'a a:List' }), 'Vendor a a is not valid'],
  ])('%s', (_, json, message) => {
    expect(() => read(json)).toThrow(message)
  })

  it.each([
    { Condition: { a: {} } },
    { Condition: { DateGreaterThan: { a: [] } } },
    { Condition: { DateGreaterThan: { 'aws:CurrentTime': '2017-07-01T00:00:00Z' } } },
    { Condition: { Bool: { 'aws:SecureTransport': true } } },
    { Action: 'iam: anything ' },
    { Resource: [bucket, '*'] },
    { Resource: 'arn:aws:anything' },
    { Sid: '' },
  ])('%j passes', (more) => {
    read(document(more))
  })

  it('an inline policy may be of the older version', () => {
    expect(() => parsePolicy(JSON.stringify(document({}, { Version: undefined })), 'identity')).not.toThrow()
  })
})

it.each([
  [{ Version: '2012-10-17', Comment: 'x', Statement: [] }, 'Unknown field Comment'],
  [{ Version: '2012-10-17' }, 'Missing required field Statement'],
  [document({ Extra: 1 }), 'Unknown field Extra'],
  [document({ Effect: undefined, Principal: '*' }), 'Missing required field Effect'],
  [document({}), 'Missing required field Principal'],
  [document({ Principal: '*', Action: undefined }), 'Missing required field Action'],
  [document({ Principal: '*', Resource: undefined }), 'Missing required field Resource'],
])("a resource's policy %j is refused: %s", (json, message) => {
  expect(() => parsePolicy(JSON.stringify(json), 'resource')).toThrow(message)
})
