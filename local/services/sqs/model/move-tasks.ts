import { AwsError } from '../../../errors.ts'
import type { Clock } from '../../../kernel/clock.ts'
import type { CloudContext } from '../../../service.ts'
import { invalidParameter } from '../errors.ts'
import type { QueueRecord, Queues } from './queues.ts'

export type MoveStatus = 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED'

/** A move of a dead-letter queue's messages, back to where they came from or to one queue. */
export interface MoveTask {
  readonly id: string
  readonly sourceArn: string
  /** Without it each message goes back to the queue that gave it up. */
  readonly destinationArn: string | undefined
  readonly rate: number | undefined
  readonly startedAt: number
  readonly toMove: number
  moved: number
  status: MoveStatus
  failureReason: string | undefined
}

/** AWS chooses the pace itself where no rate is given; ten messages every 20 ms is the documented maximum rate, 500. */
const DEFAULT_RATE = 500
const STEP_MS = 20

/** AWS keeps the latest ten tasks of a source. */
const KEPT_PER_SOURCE = 10

export class MoveTasks {
  readonly #context: CloudContext
  readonly #clock: Clock
  readonly #queues: Queues
  readonly #tasks = new Map<string, MoveTask[]>()

  constructor(context: CloudContext, queues: Queues) {
    this.#context = context
    this.#clock = context.kernel.clock
    this.#queues = queues
  }

  /** Tasks of a source, the newest first. */
  list(sourceArn: string): readonly MoveTask[] {
    return this.#tasks.get(sourceArn) ?? []
  }

  find(sourceArn: string, id: string): MoveTask | undefined {
    return this.list(sourceArn).find((task) => task.id === id)
  }

  /** @throws InvalidParameterValue while another task of the source is active */
  start(source: QueueRecord, destinationArn: string | undefined, rate: number | undefined): MoveTask {
    const earlier = this.list(source.arn)
    if (earlier.some(({ status }) => status === 'RUNNING' || status === 'CANCELLING'))
      throw invalidParameter(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      )
    const task: MoveTask = {
      id: this.#context.kernel.random.uuid('sqs move task'),
      sourceArn: source.arn,
      destinationArn,
      rate,
      startedAt: this.#clock.now(),
      toMove: source.queue.counts().visible,
      moved: 0,
      status: 'RUNNING',
      failureReason: undefined,
    }
    this.#tasks.set(source.arn, [task, ...earlier].slice(0, KEPT_PER_SOURCE))
    this.#next(task)
    return task
  }

  /** What is under way at this instant may still be moved. */
  cancel(task: MoveTask): void {
    if (task.status === 'RUNNING') task.status = 'CANCELLING'
  }

  #next(task: MoveTask): void {
    const rate = task.rate ?? DEFAULT_RATE
    const step = Math.max(STEP_MS, 1_000 / rate)
    this.#clock.after(step, `sqs move task ${task.sourceArn}`, () =>
      this.#step(task, Math.round((rate * step) / 1_000)),
    )
  }

  #step(task: MoveTask, count: number): void {
    if (task.status === 'CANCELLING') {
      task.status = 'CANCELLED'
      return
    }
    try {
      for (let index = 0; index < count; index++)
        if (!this.#moveOne(task)) {
          task.status = 'COMPLETED'
          return
        }
      this.#next(task)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      task.status = 'FAILED'
      task.failureReason = error.code
    }
  }

  /** Answers whether there was a message. @throws AwsError where the source or a destination is gone */
  #moveOne(task: MoveTask): boolean {
    const source = this.#require(task.sourceArn)
    if (task.destinationArn) this.#require(task.destinationArn)
    return source.queue.withdraw((message) => {
      const targetArn = task.destinationArn ?? message.deadLetterSource
      if (!targetArn) throw new AwsError('CouldNotDetermineMessageSource', 'The message was sent here directly.')
      const target = this.#require(targetArn)
      target.queue.takeRedriven(message)
      task.moved += 1
    })
  }

  #require(arn: string): QueueRecord {
    const record = this.#queues.byArn(arn)
    if (!record) throw new AwsError('AWS.SimpleQueueService.NonExistentQueue', `${arn} does not exist.`)
    return record
  }
}
