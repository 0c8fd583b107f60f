import { AwsError } from '../../../errors.ts'
import type { Facts } from '../../../kernel/journal.ts'
import type { Kernel } from '../../../kernel/kernel.ts'
import { invalidValue } from '../errors.ts'
import { type Arrival, arrivedMessage } from './arrival.ts'
import { Deduplication } from './deduplication.ts'
import { FifoLane } from './fifo.ts'
import { HandOut, isStuck } from './hand-out.ts'
import type { Message, NewMessage } from './message.ts'
import { rankOf } from './rank.ts'
import type { Delivery, ReceiveRequest } from './receive.ts'
import type { QueueSettings } from './settings.ts'
import { StandardLane } from './standard.ts'
import { Standings } from './standings.ts'
import { Watch } from './watch.ts'

const MAX_VISIBILITY_MS = 43_200_000

/** Recorded: right after a change of `DeduplicationScope` the old scope still counts; AWS gives changes 60 seconds. */
const SCOPE_CHANGES_AFTER_MS = 60_000

/** Facts of the journal's entries about a message. */
const ofMessage: Facts = ['messageId']
const ofCall: Facts = ['messageId', 'by']

/** What a queue needs from the cloud around it. */
export interface QueueSurroundings {
  readonly kernel: Kernel
  /** Takes the message over into the dead-letter queue; false where there is none any more, and the message stays. */
  deadLetter(message: Message, source: Queue): boolean
  /** Told of every message that the queue takes in. */
  arrived(): void
}

/** What a sender is told of its message. */
export interface Sent {
  readonly messageId: string
  readonly sequenceNumber: string | undefined
  readonly deduplicated: boolean
}

/** The state machine of one queue: where each of its messages stands. Nothing here runs by itself but the watch. */
export class Queue {
  readonly arn: string
  readonly id: string
  readonly fifo: boolean
  readonly watch: Watch
  settings: QueueSettings
  readonly #surroundings: QueueSurroundings
  readonly #kernel: Kernel
  readonly #lane: StandardLane | FifoLane
  readonly #deduplication = new Deduplication()
  readonly #handOut: HandOut
  readonly #standings: Standings
  #places = 0
  #scopeChangesAt = Number.NEGATIVE_INFINITY
  #purgedAt = Number.NEGATIVE_INFINITY

  constructor(arn: string, fifo: boolean, settings: QueueSettings, surroundings: QueueSurroundings) {
    this.arn = arn
    this.fifo = fifo
    this.settings = settings
    this.#surroundings = surroundings
    this.#kernel = surroundings.kernel
    this.id = this.#kernel.random.hex(`sqs queue ${arn}`).slice(0, 12)
    this.#lane = fifo ? new FifoLane() : new StandardLane(() => this.#now())
    this.#standings = new Standings(
      this.#lane,
      () => this.watch.changed(),
      (message) => !fifo && isStuck(message),
    )
    this.#handOut = new HandOut({
      ...{ arn, id: this.id, fifo, kernel: this.#kernel, lane: this.#lane, standings: this.#standings },
      settings: () => this.settings,
      deadLetter: (message) => surroundings.deadLetter(message, this),
      rankBehind: ({ messageId }) => this.#rankOf(messageId, this.#places + 1),
      note: (kind, message, by) => this.#note(kind, message, by),
    })
    this.watch = new Watch(this.#kernel.clock, arn, {
      receivable: () => this.#lane.first() !== undefined,
      nextChange: () => this.#standings.nextChange(),
      refresh: () => this.#refresh(),
    })
  }

  /** Counts of messages, approximate on AWS and exact here. */
  counts(): { visible: number; inFlight: number; delayed: number } {
    this.#refresh()
    const { inFlight, delayed } = this.#standings
    return { visible: this.#lane.visible, inFlight, delayed }
  }

  /** Time that the oldest message has been here, milliseconds. */
  oldestAge(): number {
    this.#refresh()
    const oldest = this.#standings.firstArrived()
    return oldest ? this.#now() - oldest.arrivedAt : 0
  }

  /** Noisy groups of a standard queue, and the visible messages of the others. */
  fairness(): { noisyGroups: number; visibleInQuietGroups: number } {
    this.#refresh()
    return this.#lane instanceof StandardLane ? this.#lane.fairness() : { noisyGroups: 0, visibleInQuietGroups: 0 }
  }

  /** Number of a FIFO queue's groups that have messages in flight. */
  groupsInFlight(): number {
    this.#refresh()
    return this.#lane instanceof FifoLane ? this.#lane.groupsInFlight() : 0
  }

  // ---- arrivals ----

  /** Takes a message from a sender. A duplicate of a FIFO queue is answered like its first send. */
  send(content: NewMessage): Sent {
    const now = this.#now()
    const id = this.#deduplicationId(content)
    const first = id === undefined ? undefined : this.#deduplication.find(id, now)
    if (first) return { messageId: first.messageId, sequenceNumber: first.sequenceNumber, deduplicated: true }
    const messageId = this.#kernel.random.uuid('sqs message')
    const message = this.#admit({ messageId, content, sentAt: now, delay: content.delay ?? this.settings.delay })
    const { sequenceNumber } = message
    if (id !== undefined && sequenceNumber !== undefined)
      this.#deduplication.remember({ id, messageId, sequenceNumber, sentAt: now })
    return { messageId, sequenceNumber, deduplicated: false }
  }

  #deduplicationId({ groupId, deduplicationId }: NewMessage): string | undefined {
    if (!this.fifo) return undefined
    const changed = this.#now() >= this.#scopeChangesAt
    return this.settings.deduplicateByGroup === changed ? `${groupId}\0${deduplicationId}` : deduplicationId
  }

  /** Takes over a message that another queue gave up on. */
  takeDeadLetter(message: Message, source: Queue): void {
    const { messageId, receiveCount, firstReceivedAt, entry } = message
    // The retention of a standard queue's message counts on from its first send; a FIFO queue starts anew.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    const sentAt = this.fifo ? this.#now() : message.sentAt
    // Its id becomes its deduplication id, so that two messages that share one do not pass for duplicates.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
    const content = this.fifo ? { ...message.content, deduplicationId: messageId } : message.content
    this.#admit({ messageId, content, sentAt, delay: 0, receiveCount, firstReceivedAt, entry, source: source.arn })
    this.watch.settle()
  }

  /** Takes back a message of a dead-letter queue: to AWS a new message, with a new id and age. */
  takeRedriven(message: Message): void {
    const messageId = this.#kernel.random.uuid('sqs message')
    this.#admit({ messageId, content: message.content, sentAt: this.#now(), delay: 0, entry: message.entry })
    this.watch.settle()
  }

  #admit(arrival: Arrival): Message {
    this.#places += 1
    const now = this.#now()
    const rank = this.fifo ? this.#places : this.#rankOf(arrival.messageId, this.#places)
    const message = arrivedMessage(arrival, { place: this.#places, rank, fifo: this.fifo, now })
    message.entry = this.#note('sqs.sent', message)
    this.#standings.add(message, now)
    this.#surroundings.arrived()
    return message
  }

  #rankOf(messageId: string, place: number): number {
    return rankOf(messageId, place, this.#kernel.faults, this.arn)
  }

  // ---- receives ----

  /** @throws OverLimit where a standard queue has 120,000 messages in flight and the caller does not wait. */
  receive(request: ReceiveRequest & { waits: boolean }): Delivery[] {
    this.#refresh()
    if (!request.waits) {
      this.#handOut.checkLimit()
      if (this.#handOut.misses()) return []
    }
    const deliveries = this.take(request)
    this.watch.settle()
    return deliveries
  }

  /** Hands out what is receivable now. */
  take(request: ReceiveRequest): Delivery[] {
    return this.#handOut.take(request)
  }

  /** The message that a receive handed out, while the queue has it. */
  find(place: number): Message | undefined {
    this.#refresh()
    return this.#standings.find(place)
  }

  // ---- the end of a message, or of its invisibility ----

  delete(message: Message, cause: number): void {
    const deletion = !this.fifo && this.#kernel.faults.decide('sqs.delete', this.arn, { messageId: message.messageId })
    if (deletion === 'reappear') return
    this.#note('sqs.deleted', message, cause)
    this.#standings.remove(message)
    this.watch.settle()
  }

  /** @throws InvalidParameterValue where the whole invisibility would exceed 12 hours. */
  changeVisibility(message: Message, timeout: number): void {
    const now = this.#now()
    if (now - message.lastReceivedAt + timeout > MAX_VISIBILITY_MS) {
      const reason = 'Total VisibilityTimeout for the message is beyond the limit [43200 seconds]'
      throw invalidValue(timeout / 1_000, 'VisibilityTimeout', reason)
    }
    this.#standings.hide(message, now, timeout)
    this.watch.settle()
  }

  /** Gives the next message away without a receive, for a move task; answers whether there was one. */
  withdraw(give: (message: Message) => void): boolean {
    this.#refresh()
    const message = this.#lane.first()
    if (!message) return false
    give(message)
    this.#standings.remove(message)
    return true
  }

  /** @throws PurgeQueueInProgress within 60 seconds of the last purge. */
  purge(name: string): void {
    const now = this.#now()
    if (now < this.#purgedAt + 60_000) {
      const text = `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`
      throw new AwsError('PurgeQueueInProgress', text)
    }
    this.#purgedAt = now
    this.clear()
  }

  clear(): void {
    this.#standings.clear()
    this.#deduplication.clear()
    this.watch.settle()
  }

  /** A FIFO queue's delay holds for messages that wait already; a standard queue's for later ones only. */
  use(settings: QueueSettings): void {
    const retime = this.fifo && settings.delay !== this.settings.delay
    if (settings.deduplicateByGroup !== this.settings.deduplicateByGroup)
      this.#scopeChangesAt = this.#now() + SCOPE_CHANGES_AFTER_MS
    this.settings = settings
    if (retime) this.#standings.delayAll(settings.delay)
    this.#refresh()
    this.watch.settle()
  }

  /** Brings every message's standing up to now: expired ones go, those whose time has come show. */
  #refresh(): void {
    const now = this.#now()
    const expired = (message: Message | undefined) =>
      message !== undefined && message.sentAt + this.settings.retention <= now
    for (let first = this.#standings.firstSent(); first && expired(first); first = this.#standings.firstSent()) {
      this.#note('sqs.expired', first)
      this.#standings.remove(first)
    }
    this.#standings.showDue(now)
  }

  #note(kind: `sqs.${string}`, message: Message, by?: number): number {
    const { journal } = this.#kernel
    return journal.note(kind, this.arn, message.entry, by === undefined ? ofMessage : ofCall, message.messageId, by)
  }

  #now(): number {
    return this.#kernel.clock.now()
  }
}
