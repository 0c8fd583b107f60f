import type { CloudContext } from '../../../service.ts'
import type { Invoker } from '../invoke/invoker.ts'
import type { Functions } from '../model/functions.ts'
import type { Mapping } from './mapping.ts'
import type { Positions } from './positions.ts'

/** What the pollers share. */
export interface SourceParts {
  readonly context: CloudContext
  readonly functions: Functions
  readonly invoker: Invoker
  readonly positions: Positions
}

/** The running half of a mapping: takes records from its source and hands them to the function. */
export interface EventSource {
  /** Begins, or goes on where it stopped. */
  start(): void
  /** Takes no more; resolves when what it took is dealt with. */
  stop(): Promise<void>
}

export type CreateSource = (parts: SourceParts, mapping: Mapping) => EventSource

/** Bytes of one invocation's event. */
export const MAX_EVENT_BYTES = 6 * 1024 * 1024
