import type {
  AssumeRoleCommandInput,
  AssumeRoleCommandOutput,
  DecodeAuthorizationMessageCommandInput,
  DecodeAuthorizationMessageCommandOutput,
  GetAccessKeyInfoCommandInput,
  GetAccessKeyInfoCommandOutput,
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
  GetSessionTokenCommandInput,
  GetSessionTokenCommandOutput,
} from '@aws-sdk/client-sts'
import { AwsError } from '../../errors.ts'
import { type Action, action, type CloudContext } from '../../service.ts'
import type { Iam } from '../iam/index.ts'
import { assumeRole, assumeRoleAccess } from './assume-role.ts'
import { checkSeconds, constraint } from './invalid.ts'

export function stsActions(context: CloudContext): Record<string, Action> {
  return {
    AssumeRole: action<AssumeRoleCommandInput, AssumeRoleCommandOutput>({
      accepts: [
        ...(['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId'] as const),
        ...(['Policy', 'PolicyArns', 'Tags', 'TransitiveTagKeys', 'SourceIdentity'] as const),
      ],
      access: assumeRoleAccess,
      run: (input, call) => assumeRole(context, input, call),
    }),
    GetCallerIdentity: action<GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput>({
      accepts: [],
      // Nobody needs a permission for it, and no policy can take it away.
      access: () => [],
      run: (_, { caller }) =>
        'userId' in caller ? { UserId: caller.userId, Account: context.account, Arn: caller.arn } : {},
    }),
    GetSessionToken: action<GetSessionTokenCommandInput, GetSessionTokenCommandOutput>({
      accepts: ['DurationSeconds'],
      // Of one's own long-lived keys nobody is asked.
      access: () => [],
      run: ({ DurationSeconds = 43_200 }, { caller }) => {
        if (caller.kind !== 'administrator')
          throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', { status: 403 })
        const keys = context.service<Iam>('iam').issueOwnSession(checkSeconds(DurationSeconds, 129_600))
        return {
          Credentials: {
            AccessKeyId: keys.accessKeyId,
            SecretAccessKey: keys.secretAccessKey,
            SessionToken: keys.sessionToken,
            Expiration: keys.expiration,
          },
        }
      },
    }),
    GetAccessKeyInfo: action<GetAccessKeyInfoCommandInput, GetAccessKeyInfoCommandOutput>({
      accepts: ['AccessKeyId'],
      access: () => [{ action: 'sts:GetAccessKeyInfo', resource: '*' }],
      run: ({ AccessKeyId = '' }) => {
        if (AccessKeyId.length < 16)
          throw constraint('accessKeyId', AccessKeyId, 'have length greater than or equal to 16')
        return { Account: context.account }
      },
    }),
    DecodeAuthorizationMessage: action<DecodeAuthorizationMessageCommandInput, DecodeAuthorizationMessageCommandOutput>(
      {
        accepts: ['EncodedMessage'],
        access: () => [{ action: 'sts:DecodeAuthorizationMessage', resource: '*' }],
        // No service here encodes its denials (EC2 and a few others do): they are in plain words.
        run: () => {
          throw new AwsError('InvalidAuthorizationMessageException', 'Message is not valid', { status: 400 })
        },
      },
    ),
  }
}
