/** What an operator's tools ask of a consumer's function, by invoking it: its role, its code and its schema are the right ones. */
export type Operation =
  /**
   * Handles a parked group's messages in order, with the group's flag up, until none is left, one fails, or time is short.
   * `apply`: also what is too old to prove that it was not handled before.
   */
  | { readonly penstock: 'resume'; readonly group: string; readonly apply?: boolean }
  /** Takes one parked message out, to the dead-letter queue. */
  | { readonly penstock: 'skip'; readonly group: string; readonly place: string }
  /** Parks a message: the way back for a dead letter of an ordered consumer. */
  | { readonly penstock: 'park'; readonly body: string; readonly group: string; readonly place: string }

export interface OperationAnswer {
  /** Messages that were resumed, skipped or parked. */
  readonly done: number
  /** Whether messages of the group are parked still. */
  readonly left: boolean
  /** The message that stopped it. */
  readonly stopped?: { readonly place: string; readonly class: string; readonly reason: string }
}

export const isOperation = (event: unknown): event is Operation =>
  typeof event === 'object' && event !== null && 'penstock' in event
