import { AwsError } from '../../errors.ts'
import type { Caller, CloudContext } from '../../service.ts'
import type { Kms } from './kms.ts'

/** Why a key cannot be used. Each service has its own codes for these. */
export type KeyRefusal = 'denied' | 'disabled' | 'not found'

export interface KeyUse {
  readonly caller: Caller
  /** Id, ARN, alias name or alias ARN, as the encrypted resource names it. */
  readonly key: string
  /** The service that uses the key on the caller's behalf, as `kms:ViaService` names it. */
  readonly service: string
  readonly actions: readonly string[]
  /** Code of the service for a refusal. */
  readonly codes: Readonly<Record<KeyRefusal, string>>
}

/**
 * Whether a caller may use the key of an encrypted resource. A service principal needs the key's own policy, which a key that AWS
 * manages never gives.
 * @throws AwsError under the service's code
 */
export function checkKeyUse(context: CloudContext, { caller, key, service, actions, codes }: KeyUse): void {
  const kms = context.service<Kms>('kms')
  let arn: string
  try {
    arn = kms.keyArn(key)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new AwsError(codes[error.code === 'NotFoundException' ? 'not found' : 'disabled'], error.message)
  }
  for (const action of actions)
    try {
      context.authorize(caller, { action, resource: arn, context: kms.via(service, caller) })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      throw new AwsError(codes.denied, error.message)
    }
}
