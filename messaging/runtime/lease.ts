import { Retry } from '../failure.ts'
import type { EffectRecords, Hold } from './effect-record.ts'
import type { Ports } from './ports.ts'

export interface Leased {
  readonly hold: Hold
  readonly records: EffectRecords
  readonly ports: Ports
  /** Milliseconds. */
  readonly lease: number
  /** Epoch milliseconds at which the lease ends unless it is extended. */
  readonly until: number
  /** Of the invocation. */
  readonly signal: AbortSignal
}

/**
 * Runs the work while the lease lasts, and extends it three times a lease. The work's signal is aborted when the record has become
 * another's, or with the invocation.
 */
export async function whileLeased<T>(leased: Leased, work: (alive: AbortSignal) => Promise<T>): Promise<T> {
  const { hold, records, ports, lease, signal } = leased
  signal.throwIfAborted()
  // A worker that was held up after its claim may have been overtaken already.
  if (ports.now() >= leased.until) throw overtaken()
  const lost = new AbortController()
  let ended = false
  let cancel = () => {}
  const beat = async () => {
    // A beat that fails is no loss: two more fit into the lease.
    const written = await records.extend(hold, ports.now() + lease).catch(() => undefined)
    if (written && 'refused' in written) lost.abort(overtaken())
    else if (!ended && !signal.aborted) cancel = ports.after(lease / 3, beat)
  }
  cancel = ports.after(lease / 3, beat)
  try {
    return await work(AbortSignal.any([signal, lost.signal]))
  } finally {
    ended = true
    cancel()
  }
}

const overtaken = (): Retry => new Retry('the lease ran out: another worker has taken over', { code: 'EffectLost' })
