import { deflateRawSync } from 'node:zlib'
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts'
import { AwsError } from '../../errors.ts'
import type { Caller, PolicyDocument, RoleSession } from '../../service.ts'
import { parsePolicy } from '../iam/document.ts'
import { constraint, invalid } from './invalid.ts'

const MAX_POLICY = 2048
const MAX_ARNS = 10
const MAX_TAGS = 50

type Input = Pick<AssumeRoleCommandInput, 'Policy' | 'PolicyArns' | 'Tags' | 'TransitiveTagKeys' | 'SourceIdentity'>

/** What a caller's session hands on to the sessions that it makes: its transitive tags and its source identity. */
export function inherited(caller: Caller): Pick<RoleSession, 'tags' | 'transitive' | 'sourceIdentity'> {
  const from = caller.kind === 'role' ? caller.session : undefined
  if (!from) return { tags: {}, transitive: [], sourceIdentity: undefined }
  const tags = Object.fromEntries(
    from.transitive.flatMap((key) => (key in from.tags ? [[key, from.tags[key] ?? '']] : [])),
  )
  return { tags, transitive: from.transitive, sourceIdentity: from.sourceIdentity }
}

/** Tags that a request passes. */
export const tagsOf = ({ Tags = [] }: Input): Record<string, string> =>
  Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]))

/**
 * The session that a request asks for.
 * @throws AwsError ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge, AccessDenied
 */
export function sessionOf(
  input: Input,
  from: ReturnType<typeof inherited>,
  { issued, managed }: { issued: number; managed: (arn: string) => PolicyDocument },
): RoleSession {
  const { Policy, PolicyArns = [], SourceIdentity, TransitiveTagKeys = [] } = input
  const own = tagsOf(input)
  checkTags(input, own, from)
  if (Policy !== undefined && Policy.length > MAX_POLICY)
    throw constraint('policy', Policy, `have length less than or equal to ${MAX_POLICY}`)
  if (PolicyArns.length > MAX_ARNS)
    throw invalid(`Policy ARNs of a session are at most ${MAX_ARNS}, not ${PolicyArns.length}.`)
  return {
    policies: [
      ...(Policy === undefined ? [] : [parsePolicy(Policy, 'identity')]),
      ...PolicyArns.map(({ arn = '' }) => managed(arn)),
    ],
    tags: { ...from.tags, ...own },
    transitive: [...new Set([...from.transitive, ...TransitiveTagKeys])],
    sourceIdentity: sourceIdentityOf(SourceIdentity, from.sourceIdentity),
    issued,
  }
}

function checkTags(
  { Tags = [], TransitiveTagKeys = [] }: Input,
  own: object,
  from: ReturnType<typeof inherited>,
): void {
  if (Tags.length > MAX_TAGS)
    throw constraint('tags', `[${Tags.length}]`, `have length less than or equal to ${MAX_TAGS}`)
  const keys = Tags.map(({ Key = '' }) => Key.toLowerCase())
  if (new Set(keys).size < keys.length)
    throw new AwsError(
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      {
        status: 400,
      },
    )
  const again = Tags.find(({ Key = '' }) => Key in from.tags)
  if (again) throw invalid(`The tag ${again.Key} is transitive and comes from the session that asks: leave it out.`)
  const unknown = TransitiveTagKeys.find((key) => !(key in own))
  if (unknown !== undefined)
    throw new AwsError(
      'InvalidParameterValue',
      `The specified transitive tag key must be included in the requested tags: ${unknown}`,
      { status: 400 },
    )
}

/** Once set it stays for all sessions that come of it (IAM user guide, "Monitor and control actions taken with assumed roles"). */
function sourceIdentityOf(asked: string | undefined, kept: string | undefined): string | undefined {
  if (asked === undefined || kept === undefined || asked === kept) return asked ?? kept
  throw new AwsError('AccessDenied', `The source identity of this session is ${kept} and cannot become ${asked}.`, {
    status: 403,
  })
}

/**
 * Per cent of what policies and tags of a session may take once packed. AWS's packing is not published: here it is deflate,
 * against a bound that no request within the other limits comes near to.
 * @throws AwsError PackedPolicyTooLarge
 */
export function packedSize({ Policy = '', PolicyArns = [], Tags = [] }: Input): number | undefined {
  if (Policy === '' && PolicyArns.length === 0 && Tags.length === 0) return undefined
  const packed = deflateRawSync(JSON.stringify([Policy, PolicyArns, Tags])).length
  const size = Math.ceil((packed / (2 * MAX_POLICY)) * 100)
  if (size > 100)
    throw new AwsError('PackedPolicyTooLarge', `Packed size of session tags consumes ${size}% of allotted space.`, {
      status: 400,
    })
  return size
}
