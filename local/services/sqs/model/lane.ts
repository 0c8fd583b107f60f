import type { Message } from './message.ts'

/** What a queue does with a message that its lane offers: hands it out, or has it leave (dead-lettered instead). */
export type Offer = (message: Message) => 'taken' | 'left'

/**
 * The visible messages of a queue and who is served next. The queue tells its lane of every change of standing;
 * a lane never changes a message's standing itself.
 */
export interface Lane {
  /** Messages that stand visible, whether or not a locked group holds them back. */
  readonly visible: number
  /** The message stands visible from now on, for the first time or again. */
  enter(message: Message): void
  /** The message, which stood visible, is gone. */
  leave(message: Message): void
  /** The message, taken before, is not in flight any more: deleted, expired, or about to `enter` again. */
  release(message: Message): void
  /** The message that would be served next, if any; it keeps its place. */
  first(): Message | undefined
  /** Offers messages in the order of service until `max` are taken; those taken are in flight from the offer on. */
  serve(max: number, offer: Offer): void
  /** Forgets everything. */
  clear(): void
}
