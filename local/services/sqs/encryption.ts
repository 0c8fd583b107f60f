import type { DescribeKeyCommandInput, DescribeKeyCommandOutput } from '@aws-sdk/client-kms'
import { AwsError } from '../../errors.ts'
import type { Caller, CloudContext } from '../../service.ts'
import type { QueueRecord } from './model/queues.ts'

const MANAGED_KEY = 'alias/aws/sqs'

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
  checkSend(record: QueueRecord, caller: Caller): void | Promise<void> {
    return this.#check(record, caller, ['kms:GenerateDataKey', 'kms:Decrypt'])
  }

  /** @throws KmsAccessDenied where the caller may not decrypt with the queue's key, KmsNotFound, KmsDisabled */
  checkReceive(record: QueueRecord, caller: Caller): void | Promise<void> {
    return this.#check(record, caller, ['kms:Decrypt'])
  }

  #check(record: QueueRecord, caller: Caller, actions: readonly string[]): void | Promise<void> {
    const keyId = record.attributes.KmsMasterKeyId
    if (keyId === undefined || caller.kind === 'administrator') return
    const dataKey = `${record.queue.id} ${keyId} ${actions[0]} ${callerName(caller)}`
    const now = this.#context.kernel.clock.now()
    if ((this.#dataKeys.get(dataKey) ?? 0) > now) return
    return this.#askKms(keyId, caller, actions).then(() => {
      this.#dataKeys.set(dataKey, now + Number(record.attributes.KmsDataKeyReusePeriodSeconds ?? 300) * 1_000)
    })
  }

  async #askKms(keyId: string, caller: Caller, actions: readonly string[]): Promise<void> {
    if (keyId.endsWith(MANAGED_KEY)) {
      // The managed key's policy lets the account's principals use it through SQS, and nobody else.
      if (caller.kind !== 'service') return
      throw new AwsError(
        'KmsAccessDenied',
        `${caller.principal} is not authorized to use the AWS managed key ${MANAGED_KEY}: its policy cannot be changed. ` +
          'Encrypt the queue with a customer managed key whose policy permits the service, or with SSE-SQS.',
      )
    }
    const key = await this.#describe(keyId)
    if (key.KeyMetadata?.Enabled === false) throw new AwsError('KmsDisabled', `${key.KeyMetadata.Arn} is disabled.`)
    for (const action of actions)
      try {
        this.#context.authorize(caller, { action, resource: key.KeyMetadata?.Arn ?? keyId })
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        throw new AwsError('KmsAccessDenied', error.message)
      }
  }

  async #describe(keyId: string): Promise<DescribeKeyCommandOutput> {
    try {
      return await this.#context.call<DescribeKeyCommandInput, DescribeKeyCommandOutput>({
        caller: this.#context.administrator,
        service: 'kms',
        action: 'DescribeKey',
        input: { KeyId: keyId },
      })
    } catch (error) {
      if (error instanceof AwsError && error.code === 'NotFoundException')
        throw new AwsError('KmsNotFound', error.message)
      throw error
    }
  }
}
