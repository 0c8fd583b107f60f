import type { LambdaContext } from '../context.ts'
import { Retry } from '../failure.ts'
import type { Ports } from './ports.ts'

/** What an invocation needs after its handler was aborted: to answer for each message, and to log. */
const MARGIN_MS = 1_000

/** The message's own deadline has passed: nobody wants its effect any more. */
export class Expired extends Error {
  override readonly name = 'Expired'
  readonly code = 'DeadlineExceeded'

  constructor(deadline: string) {
    super(`wanted until ${deadline}`)
  }
}

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
  const reason = () => new Retry(`the handler did not end within ${Math.round(allowed)} ms`, { code: 'Timeout' })
  const { controller, clear } = timer(ports, allowed, reason)
  return { ...racing(controller.signal), clear }
}

/** No invocation lasts longer; a timer of 25 days or more would go off at once (Node.js documentation of setTimeout). */
const LONGEST_INVOCATION_MS = 900_000

/** The invocation's deadline, or the message's own where that is earlier. */
export function messageDeadline(invocation: Deadline, deadline: string | undefined, ports: Ports): Deadline {
  const left = deadline === undefined ? Number.POSITIVE_INFINITY : Date.parse(deadline) - ports.now()
  if (deadline === undefined || left > LONGEST_INVOCATION_MS) return { ...invocation, clear: () => {} }
  const own = timer(ports, Math.max(0, left), () => new Expired(deadline))
  return { ...racing(AbortSignal.any([invocation.signal, own.controller.signal])), clear: own.clear }
}

function timer(ports: Ports, ms: number, reason: () => Error): { controller: AbortController; clear: () => void } {
  const controller = new AbortController()
  return { controller, clear: ports.after(ms, () => controller.abort(reason())) }
}

function racing(signal: AbortSignal): Omit<Deadline, 'clear'> {
  const expired = Promise.withResolvers<never>()
  expired.promise.catch(() => {}) // Nobody may be racing when time runs out.
  const reject = () => expired.reject(signal.reason)
  if (signal.aborted) reject()
  else signal.addEventListener('abort', reject, { once: true })
  return { signal, race: async (work) => Promise.race([work, expired.promise]) }
}
