import type { Caller, CloudContext } from '../../service.ts'
import { checkKeyUse } from '../kms/index.ts'
import type { QueueRecord } from './model/queues.ts'

const codes = { denied: 'KmsAccessDenied', disabled: 'KmsDisabled', 'not found': 'KmsNotFound' } as const

const callerName = (caller: Caller): string =>
  caller.kind === 'service' ? `${caller.principal} ${caller.sourceArn}` : caller.kind === 'anonymous' ? '' : caller.arn

/**
 * The permissions that SSE-KMS asks of a queue's users. As on AWS a data key serves one user for the reuse period,
 * so within it KMS is not asked again.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export class Encryption {
  readonly #context: CloudContext
  /** Instant until which a user's data key for a queue serves. */
  readonly #dataKeys = new Map<string, number>()

  constructor(context: CloudContext) {
    this.#context = context
  }

  /** @throws KmsAccessDenied where the caller may not encrypt with the queue's key, KmsNotFound, KmsDisabled */
  checkSend(record: QueueRecord, caller: Caller): void {
    this.#check(record, caller, ['kms:GenerateDataKey', 'kms:Decrypt'])
  }

  /** @throws KmsAccessDenied where the caller may not decrypt with the queue's key, KmsNotFound, KmsDisabled */
  checkReceive(record: QueueRecord, caller: Caller): void {
    this.#check(record, caller, ['kms:Decrypt'])
  }

  #check(record: QueueRecord, caller: Caller, actions: readonly string[]): void {
    const key = record.attributes.KmsMasterKeyId
    if (key === undefined || caller.kind === 'administrator') return
    const dataKey = `${record.queue.id} ${key} ${actions[0]} ${callerName(caller)}`
    const now = this.#context.kernel.clock.now()
    if ((this.#dataKeys.get(dataKey) ?? 0) > now) return
    checkKeyUse(this.#context, { caller, key, service: 'sqs', actions, codes })
    this.#forgetExpired(now)
    this.#dataKeys.set(dataKey, now + Number(record.attributes.KmsDataKeyReusePeriodSeconds) * 1_000)
  }

  /** Every sandbox of a function is a user of its own, so there are many that never come back. */
  #forgetExpired(now: number): void {
    for (const [dataKey, until] of this.#dataKeys) if (until <= now) this.#dataKeys.delete(dataKey)
  }
}
