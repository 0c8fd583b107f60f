import type { Caller, CloudContext } from '../../service.ts'
import { checkKeyUse } from '../kms/index.ts'
import type { Topic } from './topic.ts'

const codes = {
  denied: 'KMSAccessDeniedException',
  disabled: 'KMSDisabledException',
  'not found': 'KMSNotFoundException',
} as const

/**
 * What publishing to an encrypted topic asks of whoever publishes.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * @throws AwsError KMSAccessDenied, KMSNotFound, KMSDisabled
 */
export function checkMayEncrypt(context: CloudContext, topic: Topic, caller: Caller): void {
  const key = topic.attributes.get('KmsMasterKeyId')
  if (!key || caller.kind === 'administrator') return
  checkKeyUse(context, { caller, key, service: 'sns', actions: ['kms:GenerateDataKey', 'kms:Decrypt'], codes })
}
