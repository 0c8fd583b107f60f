import { heartbeatKey } from '../table-layout.ts'
import type { Item, Table } from './table.ts'

/** How far the relay has come, as one item of the service's table tells. Instants in epoch milliseconds. */
export interface Heartbeat {
  /** The newest record that has left. Absent before the first one. */
  readonly publishedUntil: number | undefined
  /** Since when the sweeper looks; nothing is known to have left before. */
  readonly watchedSince: number | undefined
  /** Records over an hour old that the relay has begun with and not finished, by sequence number. */
  readonly stuck: ReadonlyMap<string, number>
  /** Since when the sweeper publishes, and the relay leaves it to it. */
  readonly sweepingSince: number | undefined
  /** All that was committed before has left, by the sweeper's doing. */
  readonly sweptUntil: number | undefined
  /** When the relay last said that it is alive and waits for the sweeper. */
  readonly waitingAt: number | undefined
  /** How far the sweeper has read, by shard of the stream. */
  readonly positions: ReadonlyMap<string, string>
}

export const STUCK = 'stuck#'
export const POSITION = 'at#'

export const readHeartbeat = async (table: Table, consistent: boolean): Promise<Heartbeat> =>
  heartbeatIn(await table.get(heartbeatKey, consistent))

/** The newest that is known to have left; `undefined` where nothing ever has. */
const frontierOf = ({ publishedUntil, sweptUntil }: Heartbeat): number | undefined =>
  publishedUntil === undefined && sweptUntil === undefined ? undefined : Math.max(publishedUntil ?? 0, sweptUntil ?? 0)

/** Since when something waits to leave, as far as it is known; `undefined` where nothing was ever written down. */
export function oldestUnpublished(beat: Heartbeat): number | undefined {
  const frontier = frontierOf(beat) ?? beat.watchedSince
  const oldest = Math.min(...beat.stuck.values(), ...(frontier === undefined ? [] : [frontier]))
  return Number.isFinite(oldest) ? oldest : undefined
}

const HOUR = 3_600_000
/** Creation times in the stream are approximate, and clocks differ. */
export const MARGIN = 5 * 60_000

/**
 * Nothing that was committed before waits to leave. A shard may lag behind the newest that has left, by an hour: what is older
 * stands among the stuck. Before anything has left, that is as far as the stream reaches back.
 */
export const nothingWaitsBefore = (beat: Heartbeat, oldest: number): number =>
  oldest - (frontierOf(beat) === undefined ? 24 * HOUR : HOUR + MARGIN)

function heartbeatIn(item: Item = {}): Heartbeat {
  const instant = (name: string) => (item[name]?.N === undefined ? undefined : Number(item[name].N))
  const named = (prefix: string) => Object.entries(item).filter(([name]) => name.startsWith(prefix))
  return {
    publishedUntil: instant('publishedUntil'),
    watchedSince: instant('watchedSince'),
    sweepingSince: instant('sweepingSince'),
    sweptUntil: instant('sweptUntil'),
    waitingAt: instant('waitingAt'),
    stuck: new Map(named(STUCK).map(([name, { N }]) => [name.slice(STUCK.length), Number(N)])),
    positions: new Map(named(POSITION).map(([name, { S = '' }]) => [name.slice(POSITION.length), S])),
  }
}
