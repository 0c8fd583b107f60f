/**
 * The only file of the local cloud that touches the machine's own time and randomness (a lint rule says so).
 * Everything else asks the kernel, so that a seed and a clock replay a run exactly.
 */

/** Milliseconds since the epoch on the machine's clock. */
export const wallNow = (): number => Date.now()

/** Milliseconds from an arbitrary origin, with fractions, never going back. */
export const monotonicNow = (): number => performance.now()

/** A timer on the machine's clock; it does not keep the process alive. Returns its cancellation. */
export function wallTimer(milliseconds: number, fire: () => void): () => void {
  const timer = setTimeout(fire, Math.min(milliseconds, 0x7fffffff))
  timer.unref()
  return () => clearTimeout(timer)
}

/** One turn of the event loop: everything that was ready has run when it resolves. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A seed for a run that was given none. */
export const freshSeed = (): string => crypto.randomUUID().slice(0, 8)
