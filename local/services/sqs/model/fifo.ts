import { Heap } from './heap.ts'
import type { Lane, Offer } from './lane.ts'
import type { Message } from './message.ts'

interface Group {
  readonly id: string
  readonly messages: Heap<Message>
  inFlight: number
  visible: number
  /** Its living entry in the order of groups; only an unlocked group with a visible message has one. */
  turn: Turn | undefined
}

interface Turn {
  readonly group: Group
  readonly place: number
}

const byPlace = (a: { place: number }, b: { place: number }): boolean => a.place < b.place

/**
 * FIFO queues: a group is locked while any of its messages is in flight, whoever arrives or returns meanwhile.
 * One receive takes as many messages of a group as it can before it goes to the next.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class FifoLane implements Lane {
  readonly #groups = new Map<string, Group>()
  #turns = new Heap<Turn>(byPlace, (turn) => turn.group.turn === turn)
  visible = 0

  first(): Message | undefined {
    return this.#turns.peek()?.group.messages.peek()
  }

  enter(message: Message): void {
    const group = this.#groupOf(message)
    group.messages.push(message)
    group.visible += 1
    this.visible += 1
    this.#giveTurn(group)
  }

  leave(message: Message): void {
    const group = this.#groupOf(message)
    group.messages.died()
    group.visible -= 1
    this.visible -= 1
    this.#giveTurn(group)
  }

  release(message: Message): void {
    const group = this.#groupOf(message)
    group.inFlight -= 1
    this.#giveTurn(group)
  }

  serve(max: number, offer: Offer): void {
    let wanted = max
    while (wanted > 0) {
      const turn = this.#turns.pop()
      if (!turn) return
      const { group } = turn
      group.turn = undefined
      for (let message = group.messages.pop(); message; message = wanted > 0 ? group.messages.pop() : undefined) {
        group.visible -= 1
        this.visible -= 1
        if (offer(message) === 'left') continue
        group.inFlight += 1
        wanted -= 1
      }
      this.#giveTurn(group)
    }
  }

  clear(): void {
    this.#groups.clear()
    this.#turns = new Heap<Turn>(byPlace, (turn) => turn.group.turn === turn)
    this.visible = 0
  }

  /** Puts the group's turn right: at its first visible message, or nowhere while it is locked. */
  #giveTurn(group: Group): void {
    const first = group.inFlight === 0 ? group.messages.peek() : undefined
    if (group.turn && group.turn.place === first?.place) return
    if (group.turn) this.#turns.died()
    group.turn = first && { group, place: first.place }
    if (group.turn) this.#turns.push(group.turn)
    else if (group.inFlight === 0 && group.visible === 0) this.#groups.delete(group.id)
  }

  #groupOf(message: Message): Group {
    const id = message.content.groupId ?? ''
    const known = this.#groups.get(id)
    if (known) return known
    const messages = new Heap<Message>(byPlace, (each) => each.standing === 'visible')
    const group: Group = { id, messages, inFlight: 0, visible: 0, turn: undefined }
    this.#groups.set(id, group)
    return group
  }
}
