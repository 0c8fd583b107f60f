import type { LambdaContext } from '../context.ts'
import { Retry } from '../failure.ts'
import type { Ports } from './ports.ts'

/** What an invocation needs after its handler was aborted: to answer for each message, and to log. */
const MARGIN_MS = 1_000

export interface Deadline {
  readonly signal: AbortSignal
  /** Rejects with the signal's reason once time is up; `work` may go on, but nobody listens. */
  race<T>(work: Promise<T> | T): Promise<T>
  clear(): void
}

/** Aborts in good time before Lambda would end the process: a second, or a tenth of a short timeout. */
export function startDeadline(context: LambdaContext, ports: Ports): Deadline {
  const remaining = context.getRemainingTimeInMillis()
  const allowed = Math.max(0, remaining - Math.min(MARGIN_MS, remaining / 10))
  const controller = new AbortController()
  const expired = Promise.withResolvers<never>()
  expired.promise.catch(() => {}) // Nobody may be racing when time runs out.
  const cancel = ports.after(allowed, () => {
    const reason = new Retry(`the handler did not end within ${Math.round(allowed)} ms`, { code: 'Timeout' })
    controller.abort(reason)
    expired.reject(reason)
  })
  return {
    signal: controller.signal,
    race: async (work) => Promise.race([work, expired.promise]),
    clear: cancel,
  }
}
