import type {
  CancelMessageMoveTaskCommandInput,
  CancelMessageMoveTaskCommandOutput,
  ListMessageMoveTasksCommandInput,
  ListMessageMoveTasksCommandOutput,
  ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskCommandInput,
  StartMessageMoveTaskCommandOutput,
} from '@aws-sdk/client-sqs'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { invalidParameter, missingParameter } from '../errors.ts'
import type { MoveTask } from '../model/move-tasks.ts'
import type { QueueRecord } from '../model/queues.ts'
import type { SqsParts } from '../store.ts'

const encodeHandle = ({ id, sourceArn }: MoveTask): string =>
  Buffer.from(JSON.stringify({ taskId: id, sourceArn })).toString('base64')

function decodeHandle(handle: string | undefined): { taskId: string; sourceArn: string } {
  if (!handle) throw missingParameter('TaskHandle')
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(handle, 'base64').toString()) as Record<string, unknown>
    if (typeof taskId === 'string' && typeof sourceArn === 'string') return { taskId, sourceArn }
  } catch {
    // Told below, like every other text that is no handle.
  }
  throw invalidParameter('Value for parameter TaskHandle is invalid.')
}

function requireByArn({ queues }: SqsParts, parameter: string, arn: string | undefined): QueueRecord {
  if (arn === undefined) throw missingParameter(parameter)
  if (!/^arn:[\w-]+:sqs:[\w-]+:\d{12}:.+$/.test(arn))
    throw invalidParameter(
      `You must use this format to specify the ${parameter}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
    )
  const record = queues.byArn(arn)
  if (record) return record
  throw new AwsError(
    'ResourceNotFoundException',
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
  )
}

function checkBetween(parameter: string, value: number, most: number): void {
  if (value < 1 || value > most)
    throw invalidParameter(
      `Value for parameter ${parameter} is invalid. Reason: You must enter a number that's between 1 and ${most}.`,
    )
}

function start(parts: SqsParts, input: StartMessageMoveTaskCommandInput): MoveTask {
  const { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate } = input
  const source = requireByArn(parts, 'SourceArn', SourceArn)
  if (parts.queues.sourcesOf(source.arn).length === 0)
    throw invalidParameter('Source queue must be configured as a Dead Letter Queue.')
  if (DestinationArn !== undefined) {
    const destination = requireByArn(parts, 'DestinationArn', DestinationArn)
    if (destination === source) throw invalidParameter('Source queue arn and destination queue arn cannot be the same.')
    if (destination.fifo !== source.fifo)
      throw invalidParameter('The source queue and destination queue must be of the same queue type.')
  }
  if (rate !== undefined) checkBetween('MaxNumberOfMessagesPerSecond', rate, 500)
  return parts.moveTasks.start(source, DestinationArn, rate)
}

const present = (task: MoveTask): ListMessageMoveTasksResultEntry => ({
  ...(task.status === 'RUNNING' && { TaskHandle: encodeHandle(task) }),
  Status: task.status,
  SourceArn: task.sourceArn,
  DestinationArn: task.destinationArn,
  MaxNumberOfMessagesPerSecond: task.rate,
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  FailureReason: task.failureReason,
  StartedTimestamp: task.startedAt,
})

/** The one who starts a task must be allowed what the task does. */
function startAccess({ queues }: SqsParts, { SourceArn = '', DestinationArn }: StartMessageMoveTaskCommandInput) {
  const destinations = DestinationArn ? [DestinationArn] : queues.sourcesOf(SourceArn).map(({ arn }) => arn)
  return [
    ...['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) => ({
      action: `sqs:${name}`,
      resource: SourceArn,
    })),
    ...destinations.map((resource) => ({ action: 'sqs:SendMessage', resource })),
  ]
}

export const moveTaskActions = (parts: SqsParts): Record<string, Action> => ({
  StartMessageMoveTask: action<StartMessageMoveTaskCommandInput, StartMessageMoveTaskCommandOutput>({
    accepts: ['SourceArn', 'DestinationArn', 'MaxNumberOfMessagesPerSecond'],
    access: (input) => startAccess(parts, input),
    run: (input) => ({ TaskHandle: encodeHandle(start(parts, input)) }),
  }),

  CancelMessageMoveTask: action<CancelMessageMoveTaskCommandInput, CancelMessageMoveTaskCommandOutput>({
    accepts: ['TaskHandle'],
    access: ({ TaskHandle }) =>
      ['CancelMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) => ({
        action: `sqs:${name}`,
        resource: decodeHandle(TaskHandle).sourceArn,
      })),
    run: ({ TaskHandle }) => {
      const { taskId, sourceArn } = decodeHandle(TaskHandle)
      requireByArn(parts, 'SourceArn', sourceArn)
      const task = parts.moveTasks.find(sourceArn, taskId)
      if (!task) throw new AwsError('ResourceNotFoundException', 'Task does not exist.')
      if (task.status !== 'RUNNING') throw invalidParameter('Only active tasks can be cancelled.')
      parts.moveTasks.cancel(task)
      return { ApproximateNumberOfMessagesMoved: task.moved }
    },
  }),

  ListMessageMoveTasks: action<ListMessageMoveTasksCommandInput, ListMessageMoveTasksCommandOutput>({
    accepts: ['SourceArn', 'MaxResults'],
    access: ({ SourceArn = '' }) =>
      ['ListMessageMoveTasks', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) => ({
        action: `sqs:${name}`,
        resource: SourceArn,
      })),
    run: ({ SourceArn, MaxResults = 1 }) => {
      const { arn } = requireByArn(parts, 'SourceArn', SourceArn)
      checkBetween('MaxResults', MaxResults, 10)
      return { Results: parts.moveTasks.list(arn).slice(0, MaxResults).map(present) }
    },
  }),
})
