/**
 * Time, randomness and waiting, as the runtime sees them. In Lambda they are the globals, looked up at each call, so that a
 * simulator may replace those.
 */
export interface Ports {
  /** Epoch milliseconds. */
  now(): number
  /** From 0 up to, not including, 1. */
  random(): number
  uuid(): string
  /** Calls back once; answers a function that cancels. */
  after(ms: number, run: () => void): () => void
}

export const globals: Ports = {
  now: () => Date.now(),
  random: () => Math.random(),
  uuid: () => crypto.randomUUID(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

export const sleep = (ports: Ports, ms: number): Promise<void> => new Promise((resolve) => ports.after(ms, resolve))

/** A wait drawn evenly between 0 and the doubled ceiling: full jitter. @param attempt 1 for the first wait */
export function fullJitter(ports: Ports, attempt: number, first: number, max: number): number {
  return Math.floor(ports.random() * Math.min(max, first * 2 ** (attempt - 1)))
}
