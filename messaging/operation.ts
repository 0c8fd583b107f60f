/** What an operator's tools ask of a consumer's function, by invoking it: its role, its code and its schema are the right ones. */
export type Operation =
  /**
   * Handles a parked group's messages in order, with the group's flag up, until none is left, one fails, or time is short.
   * `apply`: also what is too old to prove that it was not handled before.
   */
  | { readonly penstock: 'resume'; readonly group: string; readonly apply?: boolean }
  /**
   * Says what became of the effect for whose sake the group's first message is parked: done, with its answer (JSON; absent where
   * the call answers nothing), or to be done again. It stays parked; resume it.
   */
  | { readonly penstock: 'settle'; readonly group: string; readonly verdict: 'done'; readonly result?: string }
  | { readonly penstock: 'settle'; readonly group: string; readonly verdict: 'again' }
  /** Takes one parked message out, to the dead-letter queue. */
  | { readonly penstock: 'skip'; readonly group: string; readonly place: string }
  /**
   * New code is live: takes up each group whose first message was parked for it. It is an asynchronous call, so what it could not
   * finish is an error: Lambda asks again.
   */
  | { readonly penstock: 'deployed' }
  /** Parks a message: the way back for a dead letter of an ordered consumer. */
  | {
      readonly penstock: 'park'
      readonly body: string
      readonly group: string
      readonly place: string
      /** What a relay has to know of it. */
      readonly facts?: Readonly<Record<string, string>>
    }

export interface OperationAnswer {
  /** Messages that were resumed, skipped or parked. */
  readonly done: number
  /** Whether messages of the group, or of the groups in question, are parked still. */
  readonly left: boolean
  /** The message that stopped it. */
  readonly stopped?: { readonly place: string; readonly class: string; readonly reason: string }
}

/** What an event asks for, where it is no batch: an operation, or EventBridge's word that what the consumer reads has changed. */
export function operationIn(event: unknown): Operation | undefined {
  if (typeof event !== 'object' || event === null) return undefined
  if ('penstock' in event) return event as Operation
  return 'detail-type' in event && event['detail-type'] === 'Parameter Store Change'
    ? { penstock: 'deployed' }
    : undefined
}
