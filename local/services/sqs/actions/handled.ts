import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchCommandOutput,
  ChangeMessageVisibilityCommandInput,
  ChangeMessageVisibilityCommandOutput,
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchCommandOutput,
  DeleteMessageCommandInput,
  DeleteMessageCommandOutput,
} from '@aws-sdk/client-sqs'
import { type Action, action } from '../../../service.ts'
import { checkEntries, runEntries } from '../batches.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import type { QueueRecord } from '../model/queues.ts'
import { messageOf, onQueue, requireQueue, type SqsParts } from '../store.ts'

/**
 * Deleting what is gone already succeeds: deletion is idempotent. So does a handle that a later receive of a standard
 * queue replaced, which deletes nothing. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
 */
function deleteMessage(record: QueueRecord, handle: string | undefined, cause: number): void {
  const handled = messageOf(record, handle)
  if (handled?.newest) record.queue.delete(handled.message, cause)
  record.meter.add('NumberOfMessagesDeleted', 1)
}

/**
 * Recorded of standard queues: a message that shows again stays as it is and the call succeeds, and a handle that a
 * later receive replaced still changes the visibility.
 */
function changeVisibility(record: QueueRecord, handle: string | undefined, timeout: number | undefined): void {
  if (timeout === undefined) throw missingParameter('VisibilityTimeout')
  if (timeout < 0 || timeout > 43_200)
    throw invalidValue(timeout, 'VisibilityTimeout', 'Must be between 0 and 43200, if provided.')
  const handled = messageOf(record, handle)
  if (!handled)
    throw invalidValue(
      handle,
      'ReceiptHandle',
      'Message does not exist or is not available for visibility timeout change.',
    )
  const { message } = handled
  if (message.standing === 'in-flight') record.queue.changeVisibility(message, timeout * 1_000)
}

export const handledActions = (parts: SqsParts): Record<string, Action> => ({
  DeleteMessage: action<DeleteMessageCommandInput, DeleteMessageCommandOutput>({
    accepts: ['QueueUrl', 'ReceiptHandle'],
    access: onQueue(parts, 'DeleteMessage'),
    run: ({ QueueUrl, ReceiptHandle }, call) => {
      deleteMessage(requireQueue(parts, QueueUrl, call), ReceiptHandle, call.entry)
      return {}
    },
  }),

  DeleteMessageBatch: action<DeleteMessageBatchCommandInput, DeleteMessageBatchCommandOutput>({
    accepts: ['QueueUrl', 'Entries'],
    access: onQueue(parts, 'DeleteMessage'),
    run: ({ QueueUrl, Entries }, call) => {
      const record = requireQueue(parts, QueueUrl, call)
      return runEntries(checkEntries('DeleteMessageBatch', Entries), ({ ReceiptHandle }) => {
        deleteMessage(record, ReceiptHandle, call.entry)
        return {}
      })
    },
  }),

  ChangeMessageVisibility: action<ChangeMessageVisibilityCommandInput, ChangeMessageVisibilityCommandOutput>({
    accepts: ['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout'],
    access: onQueue(parts, 'ChangeMessageVisibility'),
    run: ({ QueueUrl, ReceiptHandle, VisibilityTimeout }, call) => {
      changeVisibility(requireQueue(parts, QueueUrl, call), ReceiptHandle, VisibilityTimeout)
      return {}
    },
  }),

  ChangeMessageVisibilityBatch: action<
    ChangeMessageVisibilityBatchCommandInput,
    ChangeMessageVisibilityBatchCommandOutput
  >({
    accepts: ['QueueUrl', 'Entries'],
    access: onQueue(parts, 'ChangeMessageVisibility'),
    run: ({ QueueUrl, Entries }, call) => {
      const record = requireQueue(parts, QueueUrl, call)
      return runEntries(
        checkEntries('ChangeMessageVisibilityBatch', Entries),
        ({ ReceiptHandle, VisibilityTimeout }) => {
          changeVisibility(record, ReceiptHandle, VisibilityTimeout)
          return {}
        },
      )
    },
  }),
})
