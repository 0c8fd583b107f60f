import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts'
import { AwsError } from '../../errors.ts'
import type { AccessCheck, Call, CloudContext } from '../../service.ts'
import type { Iam } from '../iam/index.ts'
import { checkSeconds, constraint, invalid } from './invalid.ts'
import { inherited, packedSize, sessionOf, tagsOf } from './session.ts'

/** A role that was assumed by a role's session lasts no longer than this. */
const chainedSeconds = 3600

/**
 * What the trust policy must allow, as the role's resource policy: the gateway asks IAM for it. Tags and a source identity, given
 * or inherited, are permissions of their own.
 */
export function assumeRoleAccess(input: AssumeRoleCommandInput, { caller }: Call): AccessCheck[] {
  const { RoleArn = '', RoleSessionName = '', ExternalId, SourceIdentity, TransitiveTagKeys = [] } = input
  const from = inherited(caller)
  const tags = { ...from.tags, ...tagsOf(input) }
  const identity = SourceIdentity ?? from.sourceIdentity
  const context = {
    'sts:RoleSessionName': RoleSessionName,
    ...(ExternalId === undefined ? {} : { 'sts:ExternalId': ExternalId }),
    ...(identity === undefined ? {} : { 'sts:SourceIdentity': identity }),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(Object.keys(tags).length === 0 ? {} : { 'aws:TagKeys': Object.keys(tags) }),
    ...(TransitiveTagKeys.length === 0 ? {} : { 'sts:TransitiveTagKeys': TransitiveTagKeys }),
  }
  const needed = [
    'sts:AssumeRole',
    ...(Object.keys(tags).length === 0 ? [] : ['sts:TagSession']),
    ...(identity === undefined ? [] : ['sts:SetSourceIdentity']),
  ]
  return needed.map((action) => ({ action, resource: RoleArn, context }))
}

export function assumeRole(
  context: CloudContext,
  input: AssumeRoleCommandInput,
  call: Call,
): Omit<AssumeRoleCommandOutput, '$metadata'> {
  const iam = context.service<Iam>('iam')
  const { RoleArn = '', RoleSessionName = '', DurationSeconds = 3600 } = input
  checkInput(input)
  if (call.caller.kind === 'role' && DurationSeconds > chainedSeconds)
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining')
  const most = iam.maxSessionDuration(RoleArn)
  // AWS does not tell a role that is not there from one that may not be assumed.
  if (most === undefined) throw denied(call, RoleArn)
  if (DurationSeconds > most)
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  const PackedPolicySize = packedSize(input)
  const session = sessionOf(input, inherited(call.caller), {
    issued: context.kernel.clock.now(),
    managed: (arn) => iam.managedPolicy(arn),
  })
  const keys = iam.issueSession(RoleArn, RoleSessionName, { seconds: DurationSeconds, session })
  const caller = iam.callerOf(keys.accessKeyId, keys.sessionToken)
  return {
    Credentials: {
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey,
      SessionToken: keys.sessionToken,
      Expiration: keys.expiration,
    },
    ...(caller.kind === 'role' ? { AssumedRoleUser: { AssumedRoleId: caller.userId, Arn: caller.arn } } : {}),
    ...(PackedPolicySize === undefined ? {} : { PackedPolicySize }),
    ...(session.sourceIdentity === undefined ? {} : { SourceIdentity: session.sourceIdentity }),
  }
}

function checkInput({ RoleArn = '', RoleSessionName = '', DurationSeconds = 3600 }: AssumeRoleCommandInput): void {
  if (RoleArn.length < 20) throw constraint('roleArn', RoleArn, 'have length greater than or equal to 20')
  if (RoleSessionName.length > 64)
    throw constraint('roleSessionName', RoleSessionName, 'have length less than or equal to 64')
  if (RoleSessionName.length < 2)
    throw constraint('roleSessionName', RoleSessionName, 'have length greater than or equal to 2')
  if (!/^[\w+=,.@-]*$/.test(RoleSessionName))
    throw constraint('roleSessionName', RoleSessionName, 'satisfy regular expression pattern: [\\w+=,.@-]*')
  checkSeconds(DurationSeconds, 43200)
  if (!isArn(RoleArn)) throw invalid(`${RoleArn} is invalid`)
}

function denied({ caller }: Call, roleArn: string): AwsError {
  const who = 'arn' in caller ? caller.arn : 'anonymous'
  return new AwsError(
    'AccessDenied',
    `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    { status: 403 },
  )
}

/** Partition, service and resource must be there (recorded by LocalStack, July 2025). */
const isArn = (text: string): boolean => /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(text)
