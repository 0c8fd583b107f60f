import type {
  DeleteMessageBatchCommandInput,
  GetQueueAttributesCommandInput,
  GetQueueAttributesCommandOutput,
  ReceiveMessageCommandInput,
  ReceiveMessageCommandOutput,
} from '@aws-sdk/client-sqs'
import type { Caller, CloudContext } from '../../../service.ts'
import { type SqsRecord, sqsRecord } from './message-record.ts'

/** SQS takes and gives at most ten messages a call. */
export const CALL_MESSAGES = 10

/** A queue as a mapping uses it: normal actions, with the permissions of the function's role. */
export class MappedQueue {
  readonly #context: CloudContext
  readonly #arn: string
  readonly #url: string
  readonly #caller: () => Caller

  constructor(context: CloudContext, arn: string, caller: () => Caller) {
    this.#context = context
    this.#arn = arn
    this.#caller = caller
    const [, , , region, account, name] = arn.split(':')
    this.#url = `https://sqs.${region}.amazonaws.com/${account}/${name}`
  }

  get url(): string {
    return this.#url
  }

  /** `cause` is the journal's entry of the poll. @throws AwsError */
  async receive(most: number, cause: number): Promise<SqsRecord[]> {
    const output = await this.#call<ReceiveMessageCommandInput, ReceiveMessageCommandOutput>(
      'ReceiveMessage',
      {
        QueueUrl: this.#url,
        MaxNumberOfMessages: Math.min(most, CALL_MESSAGES),
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        WaitTimeSeconds: 0,
      },
      cause,
    )
    return (output.Messages ?? []).map((message) => sqsRecord(message, this.#arn, this.#context.region))
  }

  /** Deletes messages that are done with; none is no call at all. */
  async remove(records: readonly SqsRecord[], cause: number): Promise<void> {
    for (let at = 0; at < records.length; at += CALL_MESSAGES)
      await this.#call<DeleteMessageBatchCommandInput, object>(
        'DeleteMessageBatch',
        {
          QueueUrl: this.#url,
          Entries: records
            .slice(at, at + CALL_MESSAGES)
            .map((record, index) => ({ Id: String(index), ReceiptHandle: record.receiptHandle })),
        },
        cause,
      )
  }

  /** Seconds. */
  async visibilityTimeout(): Promise<number> {
    const output = await this.#call<GetQueueAttributesCommandInput, GetQueueAttributesCommandOutput>(
      'GetQueueAttributes',
      {
        QueueUrl: this.#url,
        AttributeNames: ['VisibilityTimeout'],
      },
    )
    return Number(output.Attributes?.VisibilityTimeout ?? 30)
  }

  #call<I extends object, O extends object>(action: string, input: I, cause?: number): Promise<O> {
    return this.#context.call<I, O>({ caller: this.#caller(), service: 'sqs', action, input, cause })
  }
}
