import { hash } from 'node:crypto'
import type { MessageSystemAttributeValue, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'
import { AwsError } from '../../errors.ts'
import type { Call, Caller } from '../../service.ts'
import { invalidParameter, invalidValue, missingParameter, notForQueueType } from './errors.ts'
import { checkMessageAttributes, checkValue, INVALID_TEXT, sizeOfAttributes } from './message-attributes.ts'
import type { NewMessage } from './model/message.ts'
import type { QueueRecord } from './model/queues.ts'
import { type BodyText, bytesOf, isValid } from './shared-text.ts'

/** What a single send and an entry of a batch have in common; a service of this cloud may give a body that it shares. */
export type SendInput = Omit<SendMessageBatchRequestEntry, 'Id' | 'MessageBody'> & {
  readonly MessageBody: BodyText | undefined
}

export const sizeOf = (input: SendInput): number =>
  bytesOf(input.MessageBody ?? '') + sizeOfAttributes(input.MessageAttributes)

const FIFO_ID = /^[!-~]{1,128}$/

/** Checks a message against its queue, in AWS's order. @throws AwsError */
export function newMessage(record: QueueRecord, input: SendInput, call: Call): NewMessage {
  const { MessageBody: body, MessageAttributes, MessageSystemAttributes } = input
  const { queue, fifo } = record
  if (!body) throw missingParameter('MessageBody')
  const limit = queue.settings.maximumMessageSize
  const size = sizeOf(input)
  if (size > limit)
    throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`)
  if (!isValid(body)) throw new AwsError('InvalidMessageContents', INVALID_TEXT)
  if (MessageAttributes) checkMessageAttributes(MessageAttributes)
  checkDelay(input.DelaySeconds, fifo)
  checkId('MessageDeduplicationId', input.MessageDeduplicationId)
  checkId('MessageGroupId', input.MessageGroupId)
  return {
    body,
    md5: undefined,
    size,
    attributes: MessageAttributes,
    senderId: senderIdOf(call.caller),
    traceHeader: traceHeaderOf(MessageSystemAttributes) ?? call.headers['x-amzn-trace-id'],
    groupId: input.MessageGroupId,
    deduplicationId: fifo ? deduplicationIdOf(record, input, body) : refuseDeduplicationId(input),
    delay: fifo || input.DelaySeconds === undefined ? undefined : input.DelaySeconds * 1_000,
    cause: call.entry,
  }
}

function checkDelay(seconds: number | undefined, fifo: boolean): void {
  if (seconds === undefined) return
  if (fifo && seconds !== 0) throw notForQueueType(seconds, 'DelaySeconds')
  if (seconds < 0 || seconds > 900) throw invalidValue(seconds, 'DelaySeconds', 'DelaySeconds must be >= 0 and <= 900.')
}

function checkId(parameter: string, id: string | undefined): void {
  if (id === undefined || FIFO_ID.test(id)) return
  const reason = `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`
  throw invalidValue(id, parameter, reason)
}

export const DEDUPLICATION_ID_MISSING =
  'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly'

function deduplicationIdOf({ queue }: QueueRecord, input: SendInput, body: BodyText): string {
  if (input.MessageGroupId === undefined) throw missingParameter('MessageGroupId')
  if (input.MessageDeduplicationId !== undefined) return input.MessageDeduplicationId
  if (queue.settings.contentBasedDeduplication) return hash('sha256', `${body}`, 'hex')
  throw invalidParameter(DEDUPLICATION_ID_MISSING)
}

function refuseDeduplicationId({ MessageDeduplicationId: id }: SendInput): undefined {
  if (id === undefined) return undefined
  const reason = 'The request includes a parameter that is not valid for this queue type.'
  throw invalidValue(id, 'MessageDeduplicationId', reason)
}

/** `AWSTraceHeader` is the only system attribute that a sender may set. */
function traceHeaderOf(
  attributes: Partial<Record<string, MessageSystemAttributeValue>> | undefined,
): string | undefined {
  if (!attributes) return undefined
  for (const name of Object.keys(attributes))
    if (name !== 'AWSTraceHeader')
      throw invalidParameter(`Message system attribute name '${name}' is invalid. Only AWSTraceHeader is supported.`)
  const header = attributes.AWSTraceHeader
  if (!header) return undefined
  checkValue('system', 'AWSTraceHeader', header)
  if (header.DataType !== 'String')
    throw invalidParameter("Message system attribute 'AWSTraceHeader' must be of type 'String'.")
  return header.StringValue
}

/** A service's sender id is an id of AWS's own; here it is the principal's name, which tells more. */
const senderIdOf = (caller: Caller): string =>
  caller.kind === 'service' ? caller.principal : caller.kind === 'anonymous' ? 'Anonymous' : caller.userId
