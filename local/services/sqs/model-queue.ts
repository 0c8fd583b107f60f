import { AwsError } from '../../errors.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { invalidValue } from './errors.ts'
import { Heap } from './heap.ts'
import { ReceiveAttempts } from './model-attempts.ts'
import { Deduplication } from './model-deduplication.ts'
import { FifoLane } from './model-fifo.ts'
import type { Message, NewMessage } from './model-message.ts'
import { encodeReceipt } from './model-receipt.ts'
import type { QueueSettings } from './model-settings.ts'
import { StandardLane } from './model-standard.ts'
import { Watch } from './model-watch.ts'

/** Standard queues serve roughly in order: a message may be overtaken by the next few. A plan may ask for worse. */
const OVERTAKEN_BY = 8
const SHUFFLED_WITHIN = 1_000

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html and quotas-fifo.html */
const IN_FLIGHT_LIMIT = 120_000

const MAX_VISIBILITY_MS = 43_200_000

/** A message as one receive handed it out. */
export interface Delivery {
  readonly message: Message
  readonly receiptHandle: string
  readonly receiveCount: number
}

export interface ReceiveRequest {
  readonly max: number
  /** Milliseconds. */
  readonly visibilityTimeout: number
  /** Of FIFO queues: a repetition within five minutes gives the same messages. */
  readonly attemptId?: string | undefined
  /** Journal entry of the call. */
  readonly cause: number
}

interface Hidden {
  readonly message: Message
  readonly until: number
}

/** What a queue needs from the cloud around it. */
export interface QueueSurroundings {
  readonly kernel: Kernel
  /** Takes the message over into the dead-letter queue; false where there is none any more, and the message stays. */
  deadLetter(message: Message, source: Queue): boolean
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
  readonly #attempts = new ReceiveAttempts()
  readonly #messages = new Map<number, Message>()
  /** Delayed and in-flight messages by the instant at which they become visible. */
  readonly #hidden = new Heap<Hidden>(
    (a, b) => (a.until === b.until ? a.message.place < b.message.place : a.until < b.until),
    ({ message, until }) =>
      (message.standing === 'in-flight' || message.standing === 'delayed') && message.visibleAt === until,
  )
  readonly #byAge = new Heap<Message>(
    (a, b) => a.sentAt < b.sentAt,
    (message) => message.standing !== 'gone',
  )
  #places = 0
  #delayed = 0
  #inFlight = 0
  #purgedAt = Number.NEGATIVE_INFINITY

  constructor(arn: string, fifo: boolean, settings: QueueSettings, surroundings: QueueSurroundings) {
    this.arn = arn
    this.fifo = fifo
    this.settings = settings
    this.#surroundings = surroundings
    this.#kernel = surroundings.kernel
    this.id = this.#kernel.random.hex(`sqs queue ${arn}`).slice(0, 12)
    this.#lane = fifo ? new FifoLane() : new StandardLane()
    this.watch = new Watch(this.#kernel.clock, arn, {
      receivable: () => this.#lane.first() !== undefined,
      nextChange: () => this.#hidden.peek()?.until,
      refresh: () => this.#refresh(),
    })
  }

  /** Counts of messages, approximate on AWS and exact here. */
  counts(): { visible: number; inFlight: number; delayed: number } {
    this.#refresh()
    return { visible: this.#lane.visible, inFlight: this.#inFlight, delayed: this.#delayed }
  }

  /** Age of the oldest message, milliseconds. */
  oldestAge(): number {
    this.#refresh()
    const oldest = this.#byAge.peek()
    return oldest ? this.#now() - oldest.sentAt : 0
  }

  /** Noisy groups of a standard queue, and the visible messages of the others. */
  fairness(): { noisyGroups: number; visibleInQuietGroups: number } {
    this.#refresh()
    return this.#lane instanceof StandardLane ? this.#lane.fairness() : { noisyGroups: 0, visibleInQuietGroups: 0 }
  }

  // ---- arrivals ----

  /** Takes a message from a sender. A duplicate of a FIFO queue is answered like its first send. */
  send(content: NewMessage): { messageId: string; sequenceNumber: string | undefined } {
    const now = this.#now()
    const scope = this.fifo && this.settings.deduplicateByGroup ? `${content.groupId}\0` : ''
    const deduplicationId = `${scope}${content.deduplicationId}`
    const first = this.fifo ? this.#deduplication.find(deduplicationId, now) : undefined
    if (first) return first
    const messageId = this.#kernel.random.uuid('sqs message')
    const message = this.#admit({ messageId, content, sentAt: now, delay: content.delay ?? this.settings.delay })
    const { sequenceNumber } = message
    if (sequenceNumber) this.#deduplication.remember({ id: deduplicationId, messageId, sequenceNumber, sentAt: now })
    return { messageId, sequenceNumber }
  }

  /** Takes over a message that another queue gave up on. */
  takeDeadLetter(message: Message, source: Queue): void {
    const { messageId, content, receiveCount, firstReceivedAt, entry } = message
    // The age of a standard queue's message counts on from its first send; a FIFO queue starts anew.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    const sentAt = this.fifo ? this.#now() : message.sentAt
    this.#admit({ messageId, content, sentAt, delay: 0, receiveCount, firstReceivedAt, entry, source: source.arn })
    this.watch.settle()
  }

  /** Takes back a message of a dead-letter queue: to AWS a new message, with a new id and age. */
  takeRedriven(message: Message): void {
    const messageId = this.#kernel.random.uuid('sqs message')
    this.#admit({ messageId, content: message.content, sentAt: this.#now(), delay: 0, entry: message.entry })
    this.watch.settle()
  }

  #admit(from: {
    messageId: string
    content: NewMessage
    sentAt: number
    delay: number
    receiveCount?: number
    firstReceivedAt?: number | undefined
    source?: string
    entry?: number
  }): Message {
    this.#places += 1
    const place = this.#places
    const now = this.#now()
    const message: Message = {
      place,
      messageId: from.messageId,
      content: from.content,
      sequenceNumber: this.fifo ? `188${String(place * 256).padStart(17, '0')}` : undefined,
      sentAt: from.sentAt,
      deadLetterSource: from.source,
      receiveCount: from.receiveCount ?? 0,
      receivesHere: 0,
      firstReceivedAt: from.firstReceivedAt,
      lastReceivedAt: 0,
      standing: 'gone',
      visibleAt: now + from.delay,
      rank: this.fifo ? place : this.#drawRank(place),
      entry: from.entry ?? from.content.cause,
    }
    message.entry = this.#record('sent', message, message.entry)
    this.#messages.set(place, message)
    this.#byAge.push(message)
    if (message.visibleAt > now) {
      message.standing = 'delayed'
      this.#delayed += 1
      this.#hidden.push({ message, until: message.visibleAt })
    } else this.#show(message)
    return message
  }

  #drawRank(place: number): number {
    const order = this.#kernel.faults.decide('sqs.order', this.arn)
    if (order === 'fifo') return place
    return (
      place +
      this.#kernel.random.fraction(`sqs order ${this.arn}`) * (order === 'shuffle' ? SHUFFLED_WITHIN : OVERTAKEN_BY)
    )
  }

  // ---- receives ----

  /** @throws OverLimit where a standard queue has 120,000 messages in flight and the caller does not wait. */
  receive(request: ReceiveRequest & { waits: boolean }): Delivery[] {
    this.#refresh()
    if (this.#inFlight >= IN_FLIGHT_LIMIT && !this.fifo && !request.waits)
      throw new AwsError('OverLimit', `Too many messages in flight: the limit is ${IN_FLIGHT_LIMIT}.`)
    const deliveries = this.take(request)
    this.watch.settle()
    return deliveries
  }

  /** Hands out what is receivable now. */
  take(request: ReceiveRequest): Delivery[] {
    const { attemptId } = request
    if (attemptId === undefined) return this.#takeNew(request)
    const repeated = this.#attempts.repeat(attemptId, this.#now())
    if (repeated) {
      for (const { message } of repeated) this.#hide(message, request.visibilityTimeout)
      return [...repeated]
    }
    const deliveries = this.#takeNew(request)
    this.#attempts.remember(attemptId, this.#now(), deliveries)
    return deliveries
  }

  #takeNew(request: ReceiveRequest): Delivery[] {
    const deliveries: Delivery[] = []
    const free = Math.min(request.max, IN_FLIGHT_LIMIT - this.#inFlight)
    this.#lane.serve(free, (message) => {
      if (this.#isExhausted(message) && this.#surroundings.deadLetter(message, this)) {
        this.#forget(message)
        return 'left'
      }
      deliveries.push(this.#deliver(message, request))
      return 'taken'
    })
    for (const { message } of deliveries) if (message.visibleAt <= this.#now()) this.#show(message)
    return deliveries
  }

  #isExhausted(message: Message): boolean {
    const { redrive } = this.settings
    return redrive !== undefined && message.receivesHere >= redrive.maxReceiveCount
  }

  #deliver(message: Message, request: ReceiveRequest): Delivery {
    const now = this.#now()
    message.receiveCount += 1
    message.receivesHere += 1
    message.firstReceivedAt ??= now
    message.lastReceivedAt = now
    message.entry = this.#record('received', message, message.entry, { by: request.cause })
    const copied = !this.fifo && this.#kernel.faults.decide('sqs.duplicate', this.arn, { messageId: message.messageId })
    message.visibleAt = now + (copied === 'duplicate' ? 0 : request.visibilityTimeout)
    message.standing = 'in-flight'
    this.#inFlight += 1
    if (message.visibleAt > now) this.#hidden.push({ message, until: message.visibleAt })
    return { message, receiptHandle: encodeReceipt(this.id, message), receiveCount: message.receiveCount }
  }

  /** The message that a receive handed out, while the queue has it. */
  find(place: number): Message | undefined {
    this.#refresh()
    return this.#messages.get(place)
  }

  // ---- the end of a message, or of its invisibility ----

  delete(message: Message, cause: number): void {
    const deletion = !this.fifo && this.#kernel.faults.decide('sqs.delete', this.arn, { messageId: message.messageId })
    if (deletion === 'reappear') return
    this.#record('deleted', message, message.entry, { by: cause })
    this.#remove(message)
    this.watch.settle()
  }

  /** @throws InvalidParameterValue where the whole invisibility would exceed 12 hours. */
  changeVisibility(message: Message, timeout: number): void {
    const now = this.#now()
    if (now - message.lastReceivedAt + timeout > MAX_VISIBILITY_MS) {
      const reason = 'Total VisibilityTimeout for the message is beyond the limit [43200 seconds]'
      throw invalidValue(timeout / 1_000, 'VisibilityTimeout', reason)
    }
    this.#hide(message, timeout)
    this.watch.settle()
  }

  /** Hides an in-flight message anew, from now on for so long. */
  #hide(message: Message, timeout: number): void {
    this.#hidden.died()
    message.visibleAt = this.#now() + timeout
    if (timeout > 0) this.#hidden.push({ message, until: message.visibleAt })
    else this.#show(message)
  }

  /** Gives the next message away without a receive, for a move task; answers whether there was one. */
  withdraw(give: (message: Message) => void): boolean {
    this.#refresh()
    const message = this.#lane.first()
    if (!message) return false
    give(message)
    this.#remove(message)
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
    for (const message of this.#messages.values()) message.standing = 'gone'
    this.#messages.clear()
    this.#lane.clear()
    this.#deduplication.clear()
    this.#delayed = 0
    this.#inFlight = 0
    this.watch.settle()
  }

  /** A FIFO queue's delay holds for messages that wait already; a standard queue's for later ones only. */
  use(settings: QueueSettings): void {
    const retime = this.fifo && settings.delay !== this.settings.delay
    this.settings = settings
    if (retime)
      for (const message of this.#messages.values())
        if (message.standing === 'delayed') {
          this.#hidden.died()
          message.visibleAt = message.sentAt + settings.delay
          this.#hidden.push({ message, until: message.visibleAt })
        }
    this.#refresh()
    this.watch.settle()
  }

  // ---- standing ----

  /** Brings every message's standing up to now: expired ones go, those whose time has come show. */
  #refresh(): void {
    const now = this.#now()
    for (
      let oldest = this.#byAge.peek();
      oldest && oldest.sentAt + this.settings.retention <= now;
      oldest = this.#byAge.peek()
    ) {
      this.#record('expired', oldest, oldest.entry)
      this.#remove(oldest)
    }
    for (let next = this.#hidden.peek(); next && next.until <= now; next = this.#hidden.peek()) {
      this.#hidden.pop()
      this.#show(next.message)
    }
  }

  #show(message: Message): void {
    this.#conceal(message)
    message.standing = 'visible'
    this.#lane.enter(message)
    this.watch.changed()
  }

  #remove(message: Message): void {
    const was = message.standing
    if (was === 'visible') {
      message.standing = 'gone'
      this.#lane.leave(message)
    } else {
      this.#conceal(message)
      this.#hidden.died()
    }
    this.#forget(message)
  }

  /** Ends what the message's standing meant for the counts. */
  #conceal(message: Message): void {
    if (message.standing === 'delayed') this.#delayed -= 1
    if (message.standing !== 'in-flight') return
    this.#inFlight -= 1
    message.standing = 'gone'
    this.#lane.release(message)
    this.watch.changed()
  }

  #forget(message: Message): void {
    message.standing = 'gone'
    this.#messages.delete(message.place)
    this.#byAge.died()
  }

  #record(what: string, message: Message, cause: number, detail?: Readonly<Record<string, unknown>>): number {
    return this.#kernel.journal.record(`sqs.${what}`, this.arn, cause, { messageId: message.messageId, ...detail })
  }

  #now(): number {
    return this.#kernel.clock.now()
  }
}
