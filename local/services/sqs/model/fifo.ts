import { Heap } from './heap.ts'
import type { Lane, Offer } from './lane.ts'
import type { Message } from './message.ts'

interface Group {
  readonly id: string
  readonly visible: Heap<Message>
  readonly inFlight: Heap<Message>
  /** Messages in either heap. */
  members: number
  /** Its living entry in the order of groups; only a group whose first message can be served has one. */
  turn: Turn | undefined
}

interface Turn {
  readonly group: Group
  readonly number: number
}

const byPlace = (a: Message, b: Message): boolean => a.place < b.place
const newTurns = (): Heap<Turn> =>
  new Heap<Turn>(
    (a, b) => a.number < b.number,
    (turn) => turn.group.turn === turn,
  )

/**
 * FIFO queues: a message can be served while no earlier one of its group is in flight. So whoever arrives or returns
 * behind a message in flight waits, and a message that returns at the head is served again although later ones still
 * are in flight (recorded). One receive takes what it can of a group before it goes to the next; a group that
 * becomes ready waits behind those that are.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class FifoLane implements Lane {
  readonly #groups = new Map<string, Group>()
  #turns = newTurns()
  #turnNumber = 0
  visible = 0

  /** Number of groups that have messages in flight. */
  groupsInFlight(): number {
    let count = 0
    for (const { inFlight } of this.#groups.values()) if (inFlight.peek()) count += 1
    return count
  }

  first(): Message | undefined {
    return this.#turns.peek()?.group.visible.peek()
  }

  enter(message: Message): void {
    const group = this.#groupOf(message)
    group.visible.push(message)
    group.members += 1
    this.visible += 1
    this.#giveTurn(group)
  }

  leave(message: Message): void {
    const group = this.#groupOf(message)
    group.visible.died()
    group.members -= 1
    this.visible -= 1
    this.#giveTurn(group)
  }

  release(message: Message): void {
    const group = this.#groupOf(message)
    group.inFlight.died()
    group.members -= 1
    this.#giveTurn(group)
  }

  serve(max: number, offer: Offer): void {
    let wanted = max
    while (wanted > 0) {
      const turn = this.#turns.pop()
      if (!turn) return
      turn.group.turn = undefined
      wanted -= this.#serveGroup(turn.group, wanted, offer)
      this.#giveTurn(turn.group)
    }
  }

  clear(): void {
    this.#groups.clear()
    this.#turns = newTurns()
    this.visible = 0
  }

  /** Answers how many were taken. */
  #serveGroup(group: Group, max: number, offer: Offer): number {
    const barrier = group.inFlight.peek()?.place ?? Number.POSITIVE_INFINITY
    let taken = 0
    for (let message = group.visible.peek(); message && message.place < barrier; message = group.visible.peek()) {
      if (taken === max) break
      group.visible.pop()
      this.visible -= 1
      if (offer(message) === 'taken') {
        group.inFlight.push(message)
        taken += 1
      } else group.members -= 1
    }
    return taken
  }

  #giveTurn(group: Group): void {
    const first = group.visible.peek()
    const barrier = group.inFlight.peek()
    const ready = first !== undefined && (barrier === undefined || first.place < barrier.place)
    if (ready && !group.turn) {
      this.#turnNumber += 1
      group.turn = { group, number: this.#turnNumber }
      this.#turns.push(group.turn)
    } else if (!ready && group.turn) {
      group.turn = undefined
      this.#turns.died()
    }
    if (group.members === 0) this.#groups.delete(group.id)
  }

  #groupOf(message: Message): Group {
    const id = message.content.groupId ?? ''
    const known = this.#groups.get(id)
    if (known) return known
    const group: Group = {
      id,
      visible: new Heap<Message>(byPlace, ({ standing }) => standing === 'visible'),
      inFlight: new Heap<Message>(byPlace, ({ standing }) => standing === 'in-flight'),
      members: 0,
      turn: undefined,
    }
    this.#groups.set(id, group)
    return group
  }
}
