import type { Fates } from '../lab.ts'

/** How a worker of one scheme is met: one message, delivered as often as a history says. */
export interface Subject {
  readonly name: string
  /**
   * One invocation with the message `id`. Answers how many calls it made.
   * @param gate waits before the n-th call of the invocation, where it answers a promise
   */
  deliver(id: string, meet: { readonly fates?: Fates; readonly gate?: Gate }): Promise<number>
  /** Lets leases and visibility timeouts run out. */
  later(): void
  look(): Promise<Traces>
}

/** What messages have left in the world. */
export interface Traces {
  /** How often the message has taken effect. */
  effects(id: string): number
  /** Ids of what has left for its sake, in order, repeats included. */
  published(id: string): readonly string[]
}

export type Gate = (n: number) => Promise<void> | undefined
