import type {
  AssumeRoleCommandInput,
  AssumeRoleCommandOutput,
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts'
import { AwsError } from '../../errors.ts'
import { type Action, action, type Call, type CloudContext } from '../../service.ts'
import type { Iam } from '../iam/index.ts'

/** A role that was assumed by a role's session lasts no longer than this. */
const chainedSeconds = 3600

export function stsActions(context: CloudContext): Record<string, Action> {
  return {
    AssumeRole: action<AssumeRoleCommandInput, AssumeRoleCommandOutput>({
      accepts: ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId'],
      // The trust policy is the role's resource policy: the gateway asks IAM for it.
      access: ({ RoleArn = '', RoleSessionName = '', ExternalId }) => [
        {
          action: 'sts:AssumeRole',
          resource: RoleArn,
          context: {
            'sts:RoleSessionName': RoleSessionName,
            ...(ExternalId === undefined ? {} : { 'sts:ExternalId': ExternalId }),
          },
        },
      ],
      run: (input, call) => assumeRole(context.service<Iam>('iam'), input, call),
    }),
    GetCallerIdentity: action<GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput>({
      accepts: [],
      // Nobody needs a permission for it, and no policy can take it away.
      access: () => [],
      run: (_, { caller }) => {
        if (caller.kind !== 'administrator' && caller.kind !== 'role')
          throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', { status: 403 })
        return { UserId: caller.userId, Account: context.account, Arn: caller.arn }
      },
    }),
  }
}

function assumeRole(
  iam: Iam,
  input: AssumeRoleCommandInput,
  call: Call,
): Pick<AssumeRoleCommandOutput, 'Credentials' | 'AssumedRoleUser'> {
  const { RoleArn = '', RoleSessionName = '', DurationSeconds = 3600 } = input
  checkInput(input)
  if (call.caller.kind === 'role' && DurationSeconds > chainedSeconds)
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining')
  const most = iam.maxSessionDuration(RoleArn)
  // AWS does not tell a role that is not there from one that may not be assumed.
  if (most === undefined) throw denied(call, RoleArn)
  if (DurationSeconds > most)
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  const keys = iam.issueSession(RoleArn, RoleSessionName, { seconds: DurationSeconds })
  const session = iam.callerOf(keys.accessKeyId, keys.sessionToken)
  return {
    Credentials: {
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey,
      SessionToken: keys.sessionToken,
      Expiration: keys.expiration,
    },
    ...(session.kind === 'role' ? { AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn } } : {}),
  }
}

function checkInput({ RoleArn = '', RoleSessionName = '', DurationSeconds = 3600 }: AssumeRoleCommandInput): void {
  const at = (member: string, value: string | number, rule: string): AwsError =>
    invalid(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
    )
  if (RoleArn.length < 20) throw at('roleArn', RoleArn, 'have length greater than or equal to 20')
  if (RoleSessionName.length > 64) throw at('roleSessionName', RoleSessionName, 'have length less than or equal to 64')
  if (RoleSessionName.length < 2) throw at('roleSessionName', RoleSessionName, 'have length greater than or equal to 2')
  if (!/^[\w+=,.@-]*$/.test(RoleSessionName))
    throw at('roleSessionName', RoleSessionName, 'satisfy regular expression pattern: [\\w+=,.@-]*')
  if (DurationSeconds < 900) throw at('durationSeconds', DurationSeconds, 'have value greater than or equal to 900')
  if (DurationSeconds > 43200) throw at('durationSeconds', DurationSeconds, 'have value less than or equal to 43200')
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

const invalid = (message: string): AwsError => new AwsError('ValidationError', message, { status: 400 })
