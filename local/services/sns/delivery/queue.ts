import type { MessageAttributeValue, SendMessageCommandInput } from '@aws-sdk/client-sqs'
import type { Caller, CloudContext } from '../../../service.ts'
import type { BodyText } from '../../sqs/shared-text.ts'
import type { TopicMessage } from '../message.ts'
import type { MessageAttribute, Subscription } from '../topic.ts'
import type { Notice } from './notice.ts'

/** A queue as those who send to it name it. */
export interface QueueAddress {
  readonly url: string
  readonly fifo: boolean
}

export const queueAddress = (arn: string): QueueAddress => ({
  url: arn.split(':').slice(4).join('/'),
  fifo: arn.endsWith('.fifo'),
})

/** Sends a message to a queue as the topic's subscription gives it: the subscribed queue, or its dead-letter queue. */
export function sendToQueue(
  context: CloudContext,
  caller: Caller,
  to: { readonly queue: QueueAddress; readonly subscription: Subscription },
  notice: Notice,
  cause: number,
): object | Promise<object> {
  const { message } = notice
  const { subscription, queue } = to
  const worded = notice.for('sqs')
  const { raw } = subscription.settings
  const input: SentToQueue = {
    QueueUrl: queue.url,
    MessageBody: raw ? worded.body : worded.envelope(subscription),
  }
  if (raw && message.attributes.size > 0) input.MessageAttributes = queueAttributes(message.attributes)
  setGroup(input, queue, message, subscription)
  if (message.traceHeader !== undefined)
    input.MessageSystemAttributes = { AWSTraceHeader: { DataType: 'String', StringValue: message.traceHeader } }
  return context.handOver({ caller, service: 'sqs', action: 'SendMessage', cause, input, unread: true })
}

type SentToQueue = Omit<SendMessageCommandInput, 'MessageBody'> & { MessageBody: BodyText }

/** A FIFO topic's group stays behind at a standard queue, as recorded; a standard topic's goes on to a fair queue. */
function setGroup(
  input: SentToQueue,
  { fifo }: QueueAddress,
  { groupId, deduplicationId }: TopicMessage,
  { topic }: Subscription,
): void {
  if (fifo) {
    input.MessageGroupId = groupId
    input.MessageDeduplicationId = deduplicationId
  } else if (!topic.fifo && groupId !== undefined) input.MessageGroupId = groupId
}

const queueAttributes = (attributes: ReadonlyMap<string, MessageAttribute>): Record<string, MessageAttributeValue> =>
  Object.fromEntries(
    [...attributes].map(([name, { type, text, binary }]) => [
      name,
      { DataType: type, ...(binary ? { BinaryValue: binary } : { StringValue: text }) },
    ]),
  )
