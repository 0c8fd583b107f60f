import { AwsError } from '../../errors.ts'
import type { PolicyDocument, PolicyStatement } from '../../service.ts'
import { parsePolicy as parseAny } from '../iam/document.ts'
import { Refused } from './errors.ts'

const DEFAULT = [
  'GetTopicAttributes',
  'SetTopicAttributes',
  'AddPermission',
  'RemovePermission',
  'DeleteTopic',
  'Subscribe',
  'ListSubscriptionsByTopic',
  'Publish',
]

/**
 * What a topic's policy can be about, each by its name and never by a pattern.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
 */
const GRANTABLE = new Set(
  [
    ...DEFAULT,
    ...['Receive', 'ListTagsForResource', 'TagResource', 'UntagResource'],
    ...['GetDataProtectionPolicy', 'PutDataProtectionPolicy'],
  ].map((name) => name.toLowerCase()),
)

/** The policy that a topic has until it is given another. */
export const defaultPolicy = (arn: string, account: string): PolicyDocument => ({
  Version: '2008-10-17',
  Id: '__default_policy_ID',
  Statement: [
    {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: DEFAULT.map((name) => `SNS:${name}`),
      Resource: arn,
      Condition: { StringEquals: { 'AWS:SourceOwner': account } },
    },
  ],
})

/** `isKnown` tells whether an AWS principal exists. @throws Refused */
export function parsePolicy(text: string, isKnown: (principal: string) => boolean): PolicyDocument {
  const policy = read(text)
  for (const statement of statementsOf(policy)) {
    for (const action of listed(statement.Action)) {
      const [, name] = /^sns:(\w+)$/i.exec(action) ?? []
      checkAction(name)
    }
    const { Principal } = statement
    const principals = typeof Principal === 'object' ? listed(Principal.AWS) : []
    if (!principals.every(isKnown)) throw new Refused('Policy Error: PrincipalNotFound')
  }
  return policy
}

function read(text: string): PolicyDocument {
  try {
    const policy: unknown = JSON.parse(text)
    if (typeof policy === 'object' && policy !== null && !('Statement' in policy))
      throw new Refused('Policy statement must not be empty')
    return parseAny(text, 'resource')
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof AwsError) throw new Refused('Policy Error: null')
    throw error
  }
}

/** @throws Refused */
export function checkAction(name: string | undefined): void {
  if (!GRANTABLE.has(name?.toLowerCase() ?? '')) throw new Refused('Policy statement action out of service scope!')
}

const listed = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : (value ?? [])

export const statementsOf = ({ Statement }: PolicyDocument): readonly PolicyStatement[] =>
  Array.isArray(Statement) ? Statement : [Statement as PolicyStatement]
