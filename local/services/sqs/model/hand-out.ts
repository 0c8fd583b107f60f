import { AwsError } from '../../../errors.ts'
import type { Kernel } from '../../../kernel/kernel.ts'
import { ReceiveAttempts } from './attempts.ts'
import type { Lane } from './lane.ts'
import type { Message } from './message.ts'
import { encodeReceipt } from './receipt.ts'
import type { Delivery, ReceiveRequest } from './receive.ts'
import type { QueueSettings } from './settings.ts'
import type { Standings } from './standings.ts'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html and quotas-fifo.html */
const IN_FLIGHT_LIMIT = 120_000

/** With fewer a receive that does not wait may find none: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const FEW_MESSAGES = 1_000

const STUCK_RECEIVES = 3

/**
 * A standard queue's message that was received so often goes to the back, and does not count for the age of the oldest.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export const isStuck = ({ receivesHere }: Message): boolean => receivesHere >= STUCK_RECEIVES

/** The queue whose messages are handed out. */
export interface HandedOutOf {
  readonly arn: string
  readonly id: string
  readonly fifo: boolean
  readonly kernel: Kernel
  readonly lane: Lane
  readonly standings: Standings
  settings(): QueueSettings
  /** Has the dead-letter queue take the message over; false where it does not, and the message stays. */
  deadLetter(message: Message): boolean
  /** A rank behind all others. */
  rankBehind(message: Message): number
  /** Writes into the journal and answers the entry. */
  note(kind: `sqs.${string}`, message: Message, by: number): number
}

/** What a receive gets of a queue's messages. */
export class HandOut {
  readonly #queue: HandedOutOf
  readonly #attempts = new ReceiveAttempts()

  constructor(queue: HandedOutOf) {
    this.#queue = queue
  }

  /** @throws OverLimit where a standard queue has 120,000 messages in flight */
  checkLimit(): void {
    if (this.#queue.standings.inFlight >= IN_FLIGHT_LIMIT && !this.#queue.fifo)
      throw new AwsError('OverLimit', `Too many messages in flight: the limit is ${IN_FLIGHT_LIMIT}.`)
  }

  /**
   * Whether a receive that does not wait asks only servers that have none.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
   */
  misses(): boolean {
    const { fifo, lane, kernel, arn } = this.#queue
    if (fifo || lane.visible === 0 || lane.visible >= FEW_MESSAGES) return false
    return kernel.faults.decide('sqs.short-poll', arn, { visible: lane.visible }) === 'empty'
  }

  /** Hands out what is receivable now; to a repeated attempt at a FIFO queue what the first one got. */
  take(request: ReceiveRequest): Delivery[] {
    const { attemptId } = request
    if (attemptId === undefined) return this.#takeNew(request)
    const repeated = this.#attempts.repeat(attemptId, this.#now())
    if (repeated) {
      for (const { message } of repeated) this.#queue.standings.hide(message, this.#now(), request.visibilityTimeout)
      return [...repeated]
    }
    const deliveries = this.#takeNew(request)
    this.#attempts.remember(attemptId, this.#now(), deliveries)
    return deliveries
  }

  #takeNew(request: ReceiveRequest): Delivery[] {
    const { lane, standings } = this.#queue
    const deliveries: Delivery[] = []
    const free = Math.min(request.max, IN_FLIGHT_LIMIT - standings.inFlight)
    lane.serve(free, (message) => {
      if (this.#isExhausted(message) && this.#queue.deadLetter(message)) {
        standings.forget(message)
        return 'left'
      }
      deliveries.push(this.#deliver(message, request))
      return 'taken'
    })
    // Those that nothing hides show only now, so that one receive does not hand them out twice.
    for (const { message } of deliveries) if (message.visibleAt <= this.#now()) standings.show(message)
    return deliveries
  }

  #isExhausted(message: Message): boolean {
    const { redrive } = this.#queue.settings()
    return redrive !== undefined && message.receivesHere >= redrive.maxReceiveCount
  }

  #deliver(message: Message, request: ReceiveRequest): Delivery {
    const { arn, id, fifo, kernel, standings } = this.#queue
    const now = this.#now()
    message.receiveCount += 1
    message.receivesHere += 1
    message.firstReceivedAt ??= now
    message.lastReceivedAt = now
    if (!fifo && isStuck(message)) message.rank = this.#queue.rankBehind(message)
    message.entry = this.#queue.note('sqs.received', message, request.cause)
    const copied = !fifo && kernel.faults.decide('sqs.duplicate', arn, { messageId: message.messageId })
    message.visibleAt = now + (copied === 'duplicate' ? 0 : request.visibilityTimeout)
    standings.fly(message)
    return { message, receiptHandle: encodeReceipt(id, message), receiveCount: message.receiveCount }
  }

  #now(): number {
    return this.#queue.kernel.clock.now()
  }
}
