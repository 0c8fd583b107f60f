import type { AnyAggregate } from '../aggregate.ts'
import type { AnyEvent } from '../contract.ts'
import type { TableKey } from '../table-layout.ts'
import type { Home } from './home.ts'
import type { Emittable } from './outgoing.ts'
import { holds, ringIn } from './ring.ts'
import { type Item, placeOf } from './table.ts'

/** An item as a unit found it. */
export interface Found {
  readonly key: TableKey
  /** `undefined`: there was none. */
  readonly version: number | undefined
  readonly item: Item | undefined
  /** The commit must fail if it has changed since. */
  readonly checked: boolean
}

export type Write =
  /** `content` is what the item holds beside its keys and version. */
  | { readonly kind: 'put'; readonly key: TableKey; readonly content: Item; readonly expected: number | undefined }
  | { readonly kind: 'delete'; readonly key: TableKey; readonly expected: number | undefined }

/** Events to be added to an aggregate after `base`, the version that the unit loaded. */
export interface Append {
  readonly aggregate: AnyAggregate
  readonly id: string
  readonly base: number
  readonly events: Fact[]
}

export interface Fact {
  readonly contract: AnyEvent
  readonly wire: unknown
  readonly data: unknown
}

/** A message that leaves with the commit. Its place in the ledger's list is the index in its id. */
export interface Message {
  readonly contract: Emittable
  readonly wire: unknown
  /** Epoch milliseconds before which nobody handles it. */
  readonly notBefore?: number
  readonly priority?: 'low'
  /** Of a timer's message, whose id is not made of the cause: it must be found again to be cancelled. */
  readonly timer?: TimerMessage
  /** Of an appended event: already validated data, and where it leaves from. */
  readonly appended?: { readonly to: Append; readonly data: unknown; readonly seq: number }
}

export interface TimerMessage {
  readonly key: string
  readonly id: string
  /** Takes the message back, where nobody has handed it over yet. */
  readonly cancels: boolean
}

/** What one run of a handler read and wants done. Nothing here touches the world. */
export class Ledger {
  readonly found = new Map<string, Found>()
  readonly writes = new Map<string, Write>()
  readonly appends = new Map<string, Append>()
  readonly messages: Message[] = []
  /** The item that the message's mark is kept in, where it has no item of its own. */
  readonly home: Home | undefined
  /** Of the invocation. */
  readonly signal: AbortSignal
  #open = true
  #handledBefore = false

  /** @param signal of the invocation's deadline: after it, too, the unit is over */
  constructor(signal: AbortSignal, home?: Home) {
    this.signal = signal
    this.home = home
  }

  /** Called when the run is over: what a handler left running can do nothing any more. */
  close(): void {
    this.#open = false
  }

  assertOpen(): void {
    if (!this.#open || this.signal.aborted)
      throw new Error('this unit is over: await everything before the handler returns')
  }

  saw(found: Found): void {
    this.assertOpen()
    const place = placeOf(found.key)
    const before = this.found.get(place)
    // A stale look at what was already read consistently adds nothing.
    if (before?.checked && !found.checked) return
    this.found.set(place, found)
    this.#assertNew(found)
  }

  /** Whether the unit came across the mark of its own message: then it is over, whatever the handler makes of it. */
  get handledBefore(): boolean {
    return this.#handledBefore
  }

  #assertNew({ key, item }: Found): void {
    if (!this.home || !this.isHome(key)) return
    this.#handledBefore ||= holds(ringIn(item), this.home.entry)
    if (this.#handledBefore) throw new Error('this message has been handled before: its unit is over')
  }

  isHome(key: TableKey): boolean {
    return this.home !== undefined && placeOf(this.home.key) === placeOf(key)
  }

  foundAt(key: TableKey): Found | undefined {
    return this.found.get(placeOf(key))
  }

  write(write: Write): void {
    this.assertOpen()
    this.writes.set(placeOf(write.key), write)
  }

  emit(message: Message): void {
    this.assertOpen()
    this.messages.push(message)
  }

  /** Whether there is nothing to commit. */
  get isEmpty(): boolean {
    const appends = [...this.appends.values()].every(({ events }) => events.length === 0)
    return this.writes.size === 0 && this.messages.length === 0 && appends
  }

  /** Read, relied upon, and not written: to be checked at commit. */
  get checks(): readonly Found[] {
    const appended = new Set([...this.appends.values()].filter((a) => a.events.length > 0).map(headPlace))
    return [...this.found].flatMap(([place, found]) =>
      found.checked && !this.writes.has(place) && !appended.has(place) ? [found] : [],
    )
  }
}

const headPlace = ({ aggregate, id }: Append): string => placeOf({ pk: `${aggregate.name}#${id}`, sk: 'head' })
