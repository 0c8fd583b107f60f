import type { DescribeKeyCommandInput, DescribeKeyCommandOutput } from '@aws-sdk/client-kms'
import { AwsError } from '../../errors.ts'
import type { Caller, CloudContext } from '../../service.ts'
import type { Topic } from './topic.ts'

const MANAGED_KEY = 'alias/aws/sns'

/**
 * What publishing to an encrypted topic asks of whoever publishes.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * @throws AwsError KMSAccessDenied, KMSNotFound, KMSDisabled
 */
export async function checkMayEncrypt(context: CloudContext, topic: Topic, caller: Caller): Promise<void> {
  const key = topic.attributes.get('KmsMasterKeyId')
  if (!key || caller.kind === 'administrator') return
  if (key.endsWith(MANAGED_KEY)) {
    // The managed key's policy lets the account's principals use it through SNS, and no service.
    if (caller.kind === 'service')
      throw new AwsError(
        'KMSAccessDeniedException',
        `${caller.principal} is not authorized to use the AWS managed key ${MANAGED_KEY}: its policy cannot be changed.`,
      )
    return
  }
  const { KeyMetadata } = await describe(context, key)
  if (KeyMetadata?.Enabled === false) throw new AwsError('KMSDisabledException', `${KeyMetadata.Arn} is disabled.`)
  for (const action of ['kms:GenerateDataKey', 'kms:Decrypt'])
    try {
      context.authorize(caller, { action, resource: KeyMetadata?.Arn ?? key })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      throw new AwsError('KMSAccessDeniedException', error.message)
    }
}

async function describe(context: CloudContext, KeyId: string): Promise<DescribeKeyCommandOutput> {
  try {
    return await context.call<DescribeKeyCommandInput, DescribeKeyCommandOutput>({
      caller: context.administrator,
      service: 'kms',
      action: 'DescribeKey',
      input: { KeyId },
    })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new AwsError('KMSNotFoundException', error.message)
  }
}
