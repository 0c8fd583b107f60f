import type { MessageAttributeValue, SendMessageCommandInput } from '@aws-sdk/client-sqs'
import type { Caller, CloudContext } from '../../../service.ts'
import type { BodyText } from '../../sqs/shared-text.ts'
import type { TopicMessage } from '../message.ts'
import type { MessageAttribute, Subscription } from '../topic.ts'
import type { Notice } from './notice.ts'

/** Sends a message to a queue as the topic's subscription gives it: the subscribed queue, or its dead-letter queue. */
export function sendToQueue(
  context: CloudContext,
  caller: Caller,
  to: { readonly queueArn: string; readonly subscription: Subscription },
  notice: Notice,
  cause: number,
): object | Promise<object> {
  const { message } = notice
  const { subscription, queueArn } = to
  const worded = notice.for('sqs')
  const { raw } = subscription.settings
  const input: SentToQueue = {
    QueueUrl: queueArn.slice(afterColon(queueArn, 4)).replace(':', '/'),
    MessageBody: raw ? worded.body : worded.envelope(subscription),
  }
  if (raw && message.attributes.size > 0) input.MessageAttributes = queueAttributes(message.attributes)
  setGroup(input, queueArn, message, subscription)
  if (message.traceHeader !== undefined)
    input.MessageSystemAttributes = { AWSTraceHeader: { DataType: 'String', StringValue: message.traceHeader } }
  return context.handOver({ caller, service: 'sqs', action: 'SendMessage', cause, input, unread: true })
}

type SentToQueue = Omit<SendMessageCommandInput, 'MessageBody'> & { MessageBody: BodyText }

/** Where an ARN goes on after so many colons. */
function afterColon(arn: string, count: number): number {
  let at = 0
  for (let seen = 0; seen < count; seen++) at = arn.indexOf(':', at) + 1
  return at
}

/** A FIFO topic's group stays behind at a standard queue, as recorded; a standard topic's goes on to a fair queue. */
function setGroup(
  input: SentToQueue,
  queueArn: string,
  { groupId, deduplicationId }: TopicMessage,
  { topic }: Subscription,
): void {
  if (queueArn.endsWith('.fifo')) {
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
