import type { HandlerLogger } from './context.ts'

/** What was asked for, or something in its place. */
export type Degradable<T, F> =
  | { readonly degraded: false; readonly value: T }
  | { readonly degraded: true; readonly value: F; readonly why: unknown }

/** What takes the place of a call that failed. */
export interface Fallback<T, F> {
  /** Told of each success. */
  succeeded?(value: T): Promise<void> | void
  /** @throws where there is nothing to put in its place: then the call's own error counts */
  instead(why: unknown): Promise<F> | F
}

/** What of a handler's context a fallback uses. */
interface Flagging {
  readonly logger: HandlerLogger
  /** Counts that an answer was not the best one. */
  degraded(): void
}

/**
 * Makes the call, or gives what stands in for it. A degraded answer is counted in the handler's metrics as `Degraded`, and logged
 * with its reason.
 */
export async function withFallback<T, F>(
  context: Flagging,
  call: () => Promise<T>,
  fallback: Fallback<NoInfer<T>, F>,
): Promise<Degradable<T, F>> {
  let why: unknown
  try {
    const value = await call()
    await fallback.succeeded?.(value)
    return { degraded: false, value }
  } catch (error) {
    why = error
  }
  const value = await fallback.instead(why)
  context.degraded()
  context.logger.warn('degraded', { reason: why instanceof Error ? `${why.name}: ${why.message}` : String(why) })
  return { degraded: true, value, why }
}

/** Always the same: an honest "unknown" rather than an error. */
export const defaultTo = <const F>(value: F): Fallback<unknown, F> => ({ instead: () => value })

/** The last good answer, from wherever the handler keeps it. Without one the call's error is thrown. */
export function cached<T>(cache: {
  read(): Promise<T | undefined>
  write(value: T): Promise<void> | void
}): Fallback<T, T> {
  return {
    succeeded: (value) => cache.write(value),
    async instead(why) {
      const last = await cache.read()
      if (last === undefined) throw why
      return last
    },
  }
}

/** Leaves the work for later, by a command that is sent in its place: `enqueueLater(() => unit.send(Charge, data, { delay: '5m' }))`. */
export const enqueueLater = (send: () => unknown): Fallback<unknown, undefined> => ({
  async instead() {
    await send()
    return undefined
  },
})
