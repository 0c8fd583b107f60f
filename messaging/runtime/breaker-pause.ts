import { type BreakerPlace, breakerItem } from './breaker-item.ts'
import { type BreakerState, stateOf } from './breaker-record.ts'
import type { Item } from './table.ts'

/** What is known of a pause. It is written down before anything is paused, so that whoever crashes leaves a trace of it. */
export interface Pause {
  readonly state: BreakerState
  /** Epoch milliseconds; absent where nothing is paused. */
  readonly pausedAt?: number
  /** Until then the last tick is still at it, or has left word for the next one. */
  readonly tickAt: number
}

/** A breaker's pause, kept in the breaker's own item. */
export interface PauseRecord {
  read(): Promise<Pause>
  /**
   * Begins a pause, or goes on with it: one of several at the same time, and none where the breaker is closed.
   * @param until when the next tick may come, in epoch milliseconds
   */
  takeTick(now: number, until: number): Promise<Pause & { readonly taken: boolean; readonly begun: boolean }>
  /** Of a breaker that is closed still: answers whether it is. */
  end(): Promise<boolean>
}

export function pauseRecord(name: string, place: BreakerPlace): PauseRecord {
  const { read, update } = breakerItem(name, place)
  return {
    read: async () => pauseIn(await read()),
    async takeTick(now, until) {
      const values = { closed: 'closed', now, until }
      const { item, done } = await update(
        'SET tickAt = :until, pausedAt = if_not_exists(pausedAt, :now)',
        'attribute_exists(#state) AND #state <> :closed AND (attribute_not_exists(tickAt) OR tickAt <= :now)',
        values,
      )
      const pause = pauseIn(item)
      return { ...pause, taken: done, begun: done && pause.pausedAt === now }
    },
    end: async () => (await update('REMOVE tickAt, pausedAt', '#state = :closed', { closed: 'closed' })).done,
  }
}

const pauseIn = (item: Item): Pause => ({
  state: stateOf(item),
  tickAt: Number(item.tickAt?.N ?? 0),
  ...(item.pausedAt && { pausedAt: Number(item.pausedAt.N) }),
})
