import type { Envelope } from '../envelope.ts'
import { markKey, TTL } from '../table-layout.ts'
import type { Engine } from './attempt.ts'
import { handledAtHome, homeOf } from './home.ts'

/** Whether a message has taken effect, as its mark tells: asked where an attempt ended without a word, or in a failure. */
export async function wasHandled({ definition, table, ports }: Engine, envelope: Envelope): Promise<boolean> {
  const home = homeOf(definition, envelope)
  if (home) return handledAtHome(home, table, ports.now())
  const mark = await table.get(markKey(definition.declaration.id, envelope.id), true)
  return Number(mark?.[TTL]?.N ?? 0) * 1000 > ports.now()
}

/** Ids of messages that this process has seen committed. Never of one that is still being handled. */
export interface RecentIds {
  has(id: string): boolean
  add(id: string): void
}

/** Keeps the `capacity` ids that were asked for last. */
export function recentIds(capacity: number): RecentIds {
  const ids = new Set<string>()
  const add = (id: string) => {
    ids.delete(id)
    ids.add(id)
    const [oldest] = ids
    if (ids.size > capacity && oldest !== undefined) ids.delete(oldest)
  }
  return {
    has: (id) => {
      const known = ids.has(id)
      if (known) add(id)
      return known
    },
    add,
  }
}
