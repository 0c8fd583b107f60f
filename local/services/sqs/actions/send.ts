import type {
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SendMessageCommandInput,
  SendMessageCommandOutput,
} from '@aws-sdk/client-sqs'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type Call } from '../../../service.ts'
import { checkEntries, runEntries } from '../batches.ts'
import { invalidParameter } from '../errors.ts'
import { md5OfAttributes } from '../message-attributes.ts'
import { md5OfBody } from '../model/message.ts'
import type { QueueRecord } from '../model/queues.ts'
import { DEDUPLICATION_ID_MISSING, newMessage, type SendInput, sizeOf } from '../new-message.ts'
import { onQueue, requireQueue, type SqsParts } from '../store.ts'

const BATCH_BYTES = 1_048_576

function send(record: QueueRecord, input: SendInput, call: Call) {
  const { queue, meter } = record
  const content = newMessage(record, input, call)
  const { messageId, sequenceNumber, deduplicated } = queue.send(content)
  if (deduplicated) meter.add('NumberOfDeduplicatedSentMessages', 1)
  meter.add('SentMessageSize', content.size, 'Bytes')
  return {
    MessageId: messageId,
    MD5OfMessageBody: call.unread ? undefined : md5OfBody(content),
    MD5OfMessageAttributes: md5OfAttributes(content.attributes),
    MD5OfMessageSystemAttributes: md5OfAttributes(input.MessageSystemAttributes),
    SequenceNumber: sequenceNumber,
  }
}

/** Wakes who waits for the queue, once for all messages of a call. */
function sent({ queue, meter }: QueueRecord, count: number): void {
  meter.add('NumberOfMessagesSent', count)
  queue.watch.settle()
}

/** What AWS refuses a whole batch for, where a single send of the same message fails alone. */
function checkBatch({ queue, fifo }: QueueRecord, entries: readonly SendInput[]): void {
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
  if (bytes > BATCH_BYTES)
    throw new AwsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
    )
  if (!fifo) return
  for (const entry of entries) {
    if (!queue.settings.contentBasedDeduplication && !entry.MessageDeduplicationId)
      throw invalidParameter(DEDUPLICATION_ID_MISSING)
    if (!entry.MessageGroupId) throw invalidParameter('The request must contain the parameter MessageGroupId.')
  }
}

/** A single send lacks its body then; an entry has an empty value, as clients quote. */
const emptyBody = () => new AwsError('EmptyValue', 'The request must contain the parameter MessageBody.')

const SEND_MEMBERS = [
  'MessageBody',
  'DelaySeconds',
  'MessageAttributes',
  'MessageSystemAttributes',
  'MessageDeduplicationId',
  'MessageGroupId',
] as const

export const sendActions = (parts: SqsParts): Record<string, Action> => ({
  SendMessage: action<SendMessageCommandInput, SendMessageCommandOutput>({
    accepts: ['QueueUrl', ...SEND_MEMBERS],
    access: onQueue(parts, 'SendMessage'),
    run: (input, call) => {
      const record = requireQueue(parts, input.QueueUrl, call)
      parts.encryption.checkSend(record, call.caller)
      const answer = send(record, input, call)
      sent(record, 1)
      return answer
    },
  }),

  SendMessageBatch: action<SendMessageBatchCommandInput, SendMessageBatchCommandOutput>({
    accepts: ['QueueUrl', 'Entries'],
    access: onQueue(parts, 'SendMessage'),
    run: ({ QueueUrl, Entries }, call) => {
      const record = requireQueue(parts, QueueUrl, call)
      const entries = checkEntries('SendMessageBatch', Entries)
      checkBatch(record, entries)
      parts.encryption.checkSend(record, call.caller)
      const answer = runEntries(entries, (entry) => {
        if (entry.MessageBody === '') throw emptyBody()
        return send(record, entry, call)
      })
      if (answer.Successful) sent(record, answer.Successful.length)
      return answer
    },
  }),
})
