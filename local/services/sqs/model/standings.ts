import { Heap } from './heap.ts'
import type { Lane } from './lane.ts'
import type { Message } from './message.ts'
import { Register } from './register.ts'

interface Hidden {
  readonly message: Message
  readonly until: number
}

const isHidden = ({ standing }: Message): boolean => standing === 'in-flight' || standing === 'delayed'

/** Where each message of a queue stands, and what time changes of it. Changes of standing happen here only. */
export class Standings {
  delayed = 0
  inFlight = 0
  readonly #lane: Lane
  /** Told whenever messages may have become receivable. */
  readonly #changed: () => void
  readonly #messages = new Register()
  /** Delayed and in-flight messages by the instant at which they become visible. */
  readonly #hidden = new Heap<Hidden>(
    (a, b) => (a.until === b.until ? a.message.place < b.message.place : a.until < b.until),
    ({ message, until }) => isHidden(message) && message.visibleAt === until,
  )
  readonly #bySend = new Heap<Message>(
    (a, b) => a.sentAt < b.sentAt,
    (message) => message.standing !== 'gone',
  )
  readonly #byArrival = new Heap<Message>(
    (a, b) => a.arrivedAt < b.arrivedAt,
    (message) => message.standing !== 'gone' && !this.#isStuck(message),
  )
  readonly #isStuck: (message: Message) => boolean

  /** `isStuck` tells of messages that the age of the oldest leaves out. */
  constructor(lane: Lane, changed: () => void, isStuck: (message: Message) => boolean) {
    this.#lane = lane
    this.#changed = changed
    this.#isStuck = isStuck
  }

  find(place: number): Message | undefined {
    return this.#messages.find(place)
  }

  /** The message whose retention ends first. */
  firstSent(): Message | undefined {
    return this.#bySend.peek()
  }

  /** The message that has been here the longest, but for stuck ones. */
  firstArrived(): Message | undefined {
    return this.#byArrival.peek()
  }

  /** The next instant at which a hidden message shows. */
  nextChange(): number | undefined {
    return this.#hidden.peek()?.until
  }

  /** Takes in a new message, delayed until its `visibleAt`. */
  add(message: Message, now: number): void {
    this.#messages.add(message)
    this.#bySend.push(message)
    this.#byArrival.push(message)
    if (message.visibleAt > now) {
      message.standing = 'delayed'
      this.delayed += 1
      this.#hidden.push({ message, until: message.visibleAt })
    } else this.show(message)
  }

  /** A message that the lane has just given up is in flight until its `visibleAt`. */
  fly(message: Message): void {
    message.standing = 'in-flight'
    this.inFlight += 1
    this.#hidden.push({ message, until: message.visibleAt })
  }

  /** Hides a delayed or in-flight message for so long from an instant on, or shows it where that is no time. */
  hide(message: Message, from: number, milliseconds: number): void {
    this.#hidden.died()
    message.visibleAt = from + milliseconds
    if (milliseconds > 0) this.#hidden.push({ message, until: message.visibleAt })
    else this.show(message)
  }

  /** The message is visible from now on. */
  show(message: Message): void {
    this.#land(message)
    message.standing = 'visible'
    this.#lane.enter(message)
    this.#changed()
  }

  remove(message: Message): void {
    if (message.standing === 'visible') {
      message.standing = 'gone'
      this.#lane.leave(message)
    } else {
      this.#land(message)
      this.#hidden.died()
    }
    this.forget(message)
  }

  /** A message that the lane has just given up is gone. */
  forget(message: Message): void {
    message.standing = 'gone'
    this.#messages.remove(message)
    this.#bySend.died()
    this.#byArrival.died()
  }

  /** Shows what is due. */
  showDue(now: number): void {
    for (let next = this.#hidden.peek(); next && next.until <= now; next = this.#hidden.peek()) {
      this.#hidden.pop()
      this.show(next.message)
    }
  }

  /** Gives every delayed message another delay, counted from its send. */
  delayAll(milliseconds: number): void {
    for (const message of this.#messages)
      if (message.standing === 'delayed') this.hide(message, message.sentAt, milliseconds)
  }

  clear(): void {
    for (const message of this.#messages) message.standing = 'gone'
    this.#messages.clear()
    this.#lane.clear()
    this.delayed = 0
    this.inFlight = 0
  }

  /** Ends what being delayed or in flight meant. */
  #land(message: Message): void {
    if (message.standing === 'delayed') this.delayed -= 1
    if (message.standing !== 'in-flight') return
    this.inFlight -= 1
    message.standing = 'gone'
    this.#lane.release(message)
    this.#changed()
  }
}
