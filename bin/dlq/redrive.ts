import { DeleteMessageCommand, ListMessageMoveTasksCommand, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs'
import { isFifo } from '../../messaging/names.ts'
import { CommandFailure } from '../failure.ts'
import { destinations } from './destination.ts'
import type { Filter } from './letter.ts'
import { pacer } from './pace.ts'
import type { DeadLetterQueue } from './queues.ts'
import { receiveLetters } from './read.ts'
import { sendBack } from './send-back.ts'
import type { Tools } from './tools.ts'

export interface Redriven {
  readonly moved: number
  /** Moved to the park store, for `penstock parked resume`. */
  readonly parked: number
  readonly kept: readonly { readonly id: string; readonly why: string }[]
}

export interface RedriveOptions {
  readonly filter: Filter
  /** Letters a second. */
  readonly rate: number
  readonly progress?: (moved: number) => void
}

/**
 * Sends letters back to where they were bound for. By SQS itself where it can: a standard queue's letters, all of them. Otherwise one by
 * one, sent first and deleted then, so that none is lost; one that was sent twice has the same id, and the consumer's mark drops it.
 */
export async function redrive(tools: Tools, queue: DeadLetterQueue, options: RedriveOptions): Promise<Redriven> {
  const { filter, rate } = options
  const [source] = queue.sources
  const native = queue.sources.length === 1 && source?.kind === 'queue' && !isFifo(queue.name)
  if (native && rate <= MOST_PER_SECOND && Object.keys(filter).length === 0)
    try {
      return await moveTask(tools, queue, source.destination, options)
    } catch (error) {
      if (!UNKNOWN_ACTION.includes((error as Error).name)) throw error
    }
  return oneByOne(tools, queue, options)
}

/** What an endpoint answers that has no move tasks, as some emulators have none; nothing has been moved then. */
const UNKNOWN_ACTION: readonly string[] = ['InvalidAction', 'UnknownOperationException']

/** Of StartMessageMoveTask. */
const MOST_PER_SECOND = 500

async function oneByOne(
  tools: Tools,
  queue: DeadLetterQueue,
  { filter, rate, progress }: RedriveOptions,
): Promise<Redriven> {
  const destinationOf = destinations(tools, queue)
  const turn = pacer(tools, rate)
  const kept: { id: string; why: string }[] = []
  const done = { moved: 0, parked: 0 }
  for await (const letters of receiveLetters(tools, queue, filter))
    for (const letter of letters) {
      const destination = await destinationOf(letter)
      if (destination.kind === 'nowhere') {
        kept.push({ id: letter.id, why: destination.why })
        continue
      }
      await turn()
      try {
        await sendBack(tools, letter, destination)
      } catch (error) {
        kept.push({ id: letter.id, why: (error as Error).message })
        continue
      }
      await tools.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: letter.receiptHandle }))
      done[destination.kind === 'park' ? 'parked' : 'moved'] += 1
      progress?.(done.moved + done.parked)
    }
  return { ...done, kept }
}

/** The destination is always said: what the kit sent here by itself has no source that SQS would know. */
async function moveTask(
  tools: Tools,
  { arn: SourceArn }: DeadLetterQueue,
  DestinationArn: string,
  { rate, progress }: RedriveOptions,
): Promise<Redriven> {
  const { TaskHandle } = await tools.sqs.send(
    new StartMessageMoveTaskCommand({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate }),
  )
  for (;;) {
    const { Results = [] } = await tools.sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }))
    const [task] = Results
    // Only a running task has a handle; the newest is ours in either case.
    if (!task || (task.TaskHandle !== undefined && task.TaskHandle !== TaskHandle))
      throw new CommandFailure('another move task has taken over; see aws sqs list-message-move-tasks')
    const moved = task.ApproximateNumberOfMessagesMoved ?? 0
    progress?.(moved)
    if (task.Status === 'COMPLETED') return { moved, parked: 0, kept: [] }
    if (task.Status !== 'RUNNING') throw new CommandFailure(`the move task ended ${task.Status}: ${task.FailureReason}`)
    await tools.wait(1000)
  }
}
