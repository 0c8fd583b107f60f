import type { PublishBatchRequestEntry } from '@aws-sdk/client-sns'
import type { Kernel } from '../../kernel/kernel.ts'
import { invalidParameter } from './errors.ts'
import { contentDeduplicationId } from './fifo.ts'
import type { TopicMessage } from './message.ts'
import { attributeBytes, messageAttributes } from './message-attributes.ts'
import type { MessageAttribute, Topic } from './topic.ts'

/** What Publish and an entry of PublishBatch have in common. */
export type PublishedMessage = Omit<PublishBatchRequestEntry, 'Id'>

/** A message that passed every check but is not yet accepted. */
export interface CheckedMessage {
  readonly bytes: number
  readonly groupId: string | undefined
  readonly deduplicationId: string | undefined
  readonly subject: string | undefined
  readonly attributes: ReadonlyMap<string, MessageAttribute>
  readonly bodyFor: (protocol: string) => string
}

type BodyFor = CheckedMessage['bodyFor']

/**
 * A body per protocol, from a message in which nothing is wrong that fails an entry of a batch alone.
 * @throws AwsError InvalidParameter
 */
export function checkBody(topic: Topic, message: PublishedMessage): BodyFor {
  const { Message = '', Subject, MessageStructure, MessageGroupId, MessageDeduplicationId } = message
  if (Message === '') throw invalidParameter('Empty message')
  if (Subject !== undefined && !isSubject(Subject)) throw invalidParameter('Subject')
  if (!topic.fifo && MessageDeduplicationId !== undefined)
    throw invalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    )
  checkId('MessageGroupId', MessageGroupId)
  checkId('MessageDeduplicationId', MessageDeduplicationId)
  if (MessageStructure !== undefined && MessageStructure !== 'json') throw invalidParameter('MessageStructure')
  return MessageStructure === 'json' ? structured(Message) : () => Message
}

/** Ids go on to queues, which take no others. */
function checkId(name: string, id: string | undefined): void {
  if (id && !/^[!-~]{1,128}$/.test(id))
    throw invalidParameter(
      `${name} Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length`,
    )
}

/** @throws AwsError InvalidParameter, ParameterValueInvalid; `path` is where the attributes stand in the request */
export function check(
  topic: Topic,
  message: PublishedMessage,
  bodyFor: BodyFor = checkBody(topic, message),
  path?: string,
): CheckedMessage {
  const { Message = '', Subject, MessageGroupId, MessageDeduplicationId } = message
  const deduplicationId = topic.fifo ? fifoId(topic, message) : MessageDeduplicationId
  const attributes = messageAttributes(message.MessageAttributes, path)
  const bytes = Buffer.byteLength(Message) + attributeBytes(attributes)
  return { bytes, groupId: MessageGroupId, deduplicationId, subject: Subject, attributes, bodyFor }
}

/** ASCII text without line breaks or control characters, up to 100 characters. */
const isSubject = (subject: string): boolean =>
  subject.length > 0 && subject.length <= 100 && /^[\P{Cc}]*$/u.test(subject)

function fifoId(topic: Topic, { Message = '', MessageGroupId, MessageDeduplicationId }: PublishedMessage): string {
  if (!MessageGroupId) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics')
  if (MessageDeduplicationId) return MessageDeduplicationId
  if (topic.attributes.get('ContentBasedDeduplication') === 'true') return contentDeduplicationId(Message)
  throw invalidParameter(
    'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  )
}

/** A body per protocol, from a JSON object with at least a default. */
function structured(message: string): (protocol: string) => string {
  let bodies: unknown
  try {
    bodies = JSON.parse(message)
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse')
  }
  const found = (typeof bodies === 'object' && bodies !== null ? bodies : {}) as Record<string, unknown>
  const fallback = found.default
  if (typeof fallback !== 'string') throw invalidParameter('Message Structure - No default entry in JSON message body')
  return (protocol) => (typeof found[protocol] === 'string' ? found[protocol] : fallback)
}

/** What Publish answers, and the message where it is a new one. */
export interface Accepted {
  readonly answer: { readonly MessageId: string; readonly SequenceNumber?: string }
  readonly message: TopicMessage | undefined
}

/** Gives a checked message its id and place. A FIFO topic answers a duplicate with what it answered the first time. */
export function accept(
  kernel: Kernel,
  topic: Topic,
  checked: CheckedMessage,
  call: { readonly entry: number; readonly traceHeader: string | undefined },
): Accepted {
  const perGroup = topic.attributes.get('FifoThroughputScope') === 'MessageGroup'
  const key = perGroup ? `${checked.groupId}\0${checked.deduplicationId}` : `${checked.deduplicationId}`
  const already = topic.fifo?.duplicate(key)
  if (already)
    return { answer: { MessageId: already.messageId, SequenceNumber: already.sequenceNumber }, message: undefined }
  const id = kernel.random.uuid('sns message')
  const sequenceNumber = topic.fifo?.accept(key, id)
  const { bytes, bodyFor, subject, attributes, groupId, deduplicationId } = checked
  return {
    answer: sequenceNumber === undefined ? { MessageId: id } : { MessageId: id, SequenceNumber: sequenceNumber },
    message: {
      ...{ id, bytes, subject, attributes, bodyFor, groupId, deduplicationId, sequenceNumber },
      published: kernel.clock.now(),
      traceHeader: call.traceHeader,
      cause: call.entry,
    },
  }
}
