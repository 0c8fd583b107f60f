import type { BreakerDeclaration } from '../breaker.ts'
import { type BreakerPlace, breakerItem } from './breaker-item.ts'
import type { Item } from './table.ts'

/** `until`: epoch milliseconds before which nobody probes. */
export type BreakerState =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open'
      readonly until: number
      /** Since when, and since when consumption is paused for it. */
      readonly openedAt: number
      readonly pausedAt?: number
    }

/** The state that all workers of a breaker share: one item, moved on under conditions only. */
export interface BreakerRecord {
  read(): Promise<BreakerState>
  /**
   * Counts a failure, and the successes that this worker has had since it last told of any; opens the breaker where that is too
   * much. A healthy consumer writes nothing.
   */
  addFailure(successes: number, now: number, limits: BreakerDeclaration): Promise<BreakerState & { opened?: boolean }>
  /** One worker at a time; also after one that has not told how its probe went before the end of its lease. */
  takeProbe(owner: string, now: number, leaseUntil: number): Promise<boolean>
  close(owner: string, now: number): Promise<void>
  reopen(owner: string, until: number): Promise<BreakerState>
}

export function breakerRecord(name: string, place: BreakerPlace): BreakerRecord {
  const { read, update } = breakerItem(name, place)
  const open = async (item: Item, now: number, until: number): Promise<boolean> => {
    const values = { open: 'open', closed: 'closed', until, now, since: Number(item.since?.N) }
    const set = 'SET #state = :open, probeAt = :until, openedAt = :now'
    return (await update(set, '#state = :closed AND since = :since', values)).done
  }

  return {
    read: async () => stateOf(await read()),
    async addFailure(successes, now, { failures, share, within, probeEvery }) {
      const values = { closed: 'closed', one: 1, n: successes }
      const count = 'ADD failures :one, successes :n'
      const added = await update(count, '#state = :closed AND since > :start', { ...values, start: now - within })
      const state = stateOf(added.item)
      if (state.kind === 'open') return state
      const begun = 'SET #state = :closed, since = :now, failures = :one, successes = :n'
      const fresh = 'attribute_not_exists(#state) OR (#state = :closed AND since <= :start)'
      const { item } = added.done ? added : await update(begun, fresh, { ...values, now, start: now - within })
      const [bad, good] = [Number(item.failures?.N ?? 0), Number(item.successes?.N ?? 0)]
      if (bad < failures || bad < share * (bad + good)) return stateOf(item)
      const until = now + probeEvery
      return { kind: 'open', until, openedAt: now, opened: await open(item, now, until) }
    },
    async takeProbe(owner, now, leaseUntil) {
      const condition = '(#state = :open AND probeAt <= :now) OR (#state = :probing AND leaseUntil < :now)'
      const values = { open: 'open', probing: 'half-open', owner, now, lease: leaseUntil }
      return (await update('SET #state = :probing, #owner = :owner, leaseUntil = :lease', condition, values)).done
    },
    async close(owner, now) {
      const set =
        'SET #state = :closed, since = :now, failures = :none, successes = :none REMOVE #owner, leaseUntil, probeAt, openedAt'
      await update(set, '#owner = :owner', { owner, now, closed: 'closed', none: 0 })
    },
    async reopen(owner, until) {
      const set = 'SET #state = :open, probeAt = :until REMOVE #owner, leaseUntil'
      return stateOf((await update(set, '#owner = :owner', { owner, until, open: 'open' })).item)
    },
  }
}

export function stateOf(item: Item): BreakerState {
  const { S: state = 'closed' } = item.state ?? {}
  if (state === 'closed') return { kind: 'closed' }
  const until = Number((state === 'open' ? item.probeAt : item.leaseUntil)?.N ?? 0)
  const pausedAt = item.pausedAt?.N
  return {
    kind: 'open',
    until,
    openedAt: Number(item.openedAt?.N ?? until),
    ...(pausedAt !== undefined && { pausedAt: Number(pausedAt) }),
  }
}
