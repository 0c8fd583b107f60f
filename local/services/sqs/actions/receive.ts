import type {
  MessageSystemAttributeName,
  Message as ReceivedMessage,
  ReceiveMessageCommandInput,
  ReceiveMessageCommandOutput,
} from '@aws-sdk/client-sqs'
import { type Action, action, type Call } from '../../../service.ts'
import { invalidValue, notForQueueType, unknownAttribute } from '../errors.ts'
import { md5OfAttributes, selectAttributes } from '../message-attributes.ts'
import { md5OfBody } from '../model/message.ts'
import type { QueueRecord } from '../model/queues.ts'
import type { Delivery } from '../model/receive.ts'
import { onQueue, requireQueue, type SqsParts } from '../store.ts'

type SystemAttribute = Exclude<MessageSystemAttributeName, 'All'>

const systemAttributes: Record<SystemAttribute, (delivery: Delivery) => string | undefined> = {
  SenderId: ({ message }) => message.content.senderId,
  SentTimestamp: ({ message }) => String(message.sentAt),
  ApproximateReceiveCount: ({ receiveCount }) => String(receiveCount),
  ApproximateFirstReceiveTimestamp: ({ message }) => String(message.firstReceivedAt),
  SequenceNumber: ({ message }) => message.sequenceNumber,
  MessageDeduplicationId: ({ message }) => message.content.deduplicationId,
  MessageGroupId: ({ message }) => message.content.groupId,
  AWSTraceHeader: ({ message }) => message.content.traceHeader,
  DeadLetterQueueSourceArn: ({ message }) => message.deadLetterSource,
}
const allNames = Object.keys(systemAttributes) as SystemAttribute[]

function namesOf(input: ReceiveMessageCommandInput): readonly SystemAttribute[] {
  const asked = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])]
  if (asked.includes('All')) return allNames
  for (const name of asked) if (!(name in systemAttributes)) throw unknownAttribute(name)
  return asked as SystemAttribute[]
}

function present(delivery: Delivery, names: readonly SystemAttribute[], asked: readonly string[]): ReceivedMessage {
  const { message, receiptHandle } = delivery
  let attributes: Partial<Record<SystemAttribute, string>> | undefined
  for (const name of names) {
    const value = systemAttributes[name](delivery)
    if (value === undefined) continue
    attributes ??= {}
    attributes[name] = value
  }
  const selected = selectAttributes(message.content.attributes, asked)
  return {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5OfBody(message.content),
    Body: `${message.content.body}`,
    // What is undefined is left out of the answer.
    Attributes: attributes,
    MessageAttributes: selected,
    MD5OfMessageAttributes: selected && md5OfAttributes(selected),
  } as ReceivedMessage
}

function checkRange(parameter: string, value: number | undefined, min: number, max: number, reason: string): void {
  if (value !== undefined && (value < min || value > max)) throw invalidValue(value, parameter, reason)
}

function checkInput(input: ReceiveMessageCommandInput, fifo: boolean): void {
  const { MaxNumberOfMessages, VisibilityTimeout, WaitTimeSeconds, ReceiveRequestAttemptId } = input
  checkRange('MaxNumberOfMessages', MaxNumberOfMessages, 1, 10, 'Must be between 1 and 10, if provided.')
  checkRange('WaitTimeSeconds', WaitTimeSeconds, 0, 20, 'Must be >= 0 and <= 20, if provided.')
  checkRange('VisibilityTimeout', VisibilityTimeout, 0, 43_200, 'Must be >= 0 and <= 43200, if provided.')
  if (ReceiveRequestAttemptId === undefined) return
  if (!fifo) throw notForQueueType(ReceiveRequestAttemptId, 'ReceiveRequestAttemptId')
  if (!/^[!-~]{1,128}$/.test(ReceiveRequestAttemptId))
    throw invalidValue(
      ReceiveRequestAttemptId,
      'ReceiveRequestAttemptId',
      'ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
    )
}

/** At once, unless the caller waits for messages to come. */
function receive(
  { queue }: QueueRecord,
  input: ReceiveMessageCommandInput,
  call: Call,
): Delivery[] | Promise<Delivery[]> {
  const { settings } = queue
  const wait = input.WaitTimeSeconds === undefined ? settings.receiveWait : input.WaitTimeSeconds * 1_000
  const request = {
    max: input.MaxNumberOfMessages ?? 1,
    visibilityTimeout:
      input.VisibilityTimeout === undefined ? settings.visibilityTimeout : input.VisibilityTimeout * 1_000,
    attemptId: input.ReceiveRequestAttemptId,
    cause: call.entry,
    // Lambda's pollers wait on AWS. Here they are woken instead, and ask when there is something: they miss as little.
    waits: wait > 0 || call.protocol === 'internal',
  }
  const found = queue.receive(request)
  if (found.length > 0 || wait === 0) return found
  return call.whileWaiting(queue.watch.wait(wait, call.signal, () => queue.take(request)))
}

export const receiveActions = (parts: SqsParts): Record<string, Action> => ({
  ReceiveMessage: action<ReceiveMessageCommandInput, ReceiveMessageCommandOutput>({
    accepts: [
      'QueueUrl',
      'AttributeNames',
      'MessageSystemAttributeNames',
      'MessageAttributeNames',
      'MaxNumberOfMessages',
      'VisibilityTimeout',
      'WaitTimeSeconds',
      'ReceiveRequestAttemptId',
    ],
    access: onQueue(parts, 'ReceiveMessage'),
    run: (input, call) => {
      const record = requireQueue(parts, input.QueueUrl, call)
      checkInput(input, record.fifo)
      const names = namesOf(input)
      parts.encryption.checkReceive(record, call.caller)
      const asked = input.MessageAttributeNames ?? []
      const received = (deliveries: readonly Delivery[]) => {
        const metric = deliveries.length > 0 ? 'NumberOfMessagesReceived' : 'NumberOfEmptyReceives'
        record.meter.add(metric, deliveries.length || 1)
        // AWS leaves out a list without members.
        return { Messages: deliveries.length > 0 ? deliveries.map((each) => present(each, names, asked)) : undefined }
      }
      const deliveries = receive(record, input, call)
      return deliveries instanceof Promise ? deliveries.then(received) : received(deliveries)
    },
  }),
})
