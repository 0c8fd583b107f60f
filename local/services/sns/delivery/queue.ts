import type { Caller, CloudContext } from '../../../service.ts'
import type { TopicMessage } from '../message.ts'
import type { MessageAttribute, Subscription } from '../topic.ts'
import type { Notice } from './notice.ts'

/** Sends a message to a queue as the topic's subscription gives it: the subscribed queue, or its dead-letter queue. */
export async function sendToQueue(
  context: CloudContext,
  caller: Caller,
  to: { readonly queueArn: string; readonly subscription: Subscription },
  notice: Notice,
  cause: number,
): Promise<void> {
  const { message } = notice
  const { raw } = to.subscription.settings
  const [, , , , account, name] = to.queueArn.split(':')
  const worded = notice.for('sqs')
  await context.call({
    caller,
    service: 'sqs',
    action: 'SendMessage',
    cause,
    input: {
      QueueUrl: `${context.endpoint()}/${account}/${name}`,
      MessageBody: raw ? worded.body : worded.envelope(to.subscription),
      ...(raw && message.attributes.size > 0 ? { MessageAttributes: queueAttributes(message.attributes) } : {}),
      ...group(to.queueArn, message, to.subscription),
      ...(message.traceHeader === undefined
        ? {}
        : { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: message.traceHeader } } }),
    },
  })
}

/** A FIFO topic's group stays behind at a standard queue, as recorded; a standard topic's goes on to a fair queue. */
function group(queueArn: string, { groupId, deduplicationId }: TopicMessage, { topic }: Subscription): object {
  if (queueArn.endsWith('.fifo')) return { MessageGroupId: groupId, MessageDeduplicationId: deduplicationId }
  return topic.fifo || groupId === undefined ? {} : { MessageGroupId: groupId }
}

const queueAttributes = (attributes: ReadonlyMap<string, MessageAttribute>): Record<string, object> =>
  Object.fromEntries(
    [...attributes].map(([name, { type, text, binary }]) => [
      name,
      { DataType: type, ...(binary ? { BinaryValue: binary } : { StringValue: text }) },
    ]),
  )
