import { oldestUnpublished, readHeartbeat } from './heartbeat.ts'
import type { Ports } from './ports.ts'
import type { Table } from './table.ts'

/** The stream drops records after 24 h. From here on what leaves is written in rows of its own, which live for 30 days. */
export const LONG_BACKLOG_MS = 6 * 3_600_000
const LOOK_EVERY_MS = 60_000

/** Whether the relay is so far behind that the stream alone is no safe place for what must leave. */
export interface Backlog {
  /** Looks at most once a minute. */
  isLong(): Promise<boolean>
}

export function watchBacklog(table: Table, ports: Ports): Backlog {
  let next = 0
  let long = Promise.resolve(false)
  return {
    isLong() {
      if (ports.now() < next) return long
      next = ports.now() + LOOK_EVERY_MS
      // Where the heartbeat cannot be read, rows are right in any case; they only cost more.
      long = look(table, ports).catch(() => true)
      return long
    },
  }
}

async function look(table: Table, ports: Ports): Promise<boolean> {
  const beat = await readHeartbeat(table, false)
  const oldest = oldestUnpublished(beat)
  return beat.sweepingSince !== undefined || (oldest !== undefined && ports.now() - oldest > LONG_BACKLOG_MS)
}
