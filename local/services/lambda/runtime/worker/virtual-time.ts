import { syncBuiltinESMExports } from 'node:module'
import type { FromWorker, WorkerStart } from '../protocol.ts'
import { Activity } from './activity.ts'
import { replaceDate } from './date.ts'
import { replaceRandomness } from './randomness.ts'
import { replaceTimers, VirtualTimers } from './timers.ts'

export interface VirtualTime {
  /** A message of the host has arrived: what follows from it is covered by this `seq`. */
  received(seq: number): void
  fire(timer: number): void
}

/** Puts the worker on the kernel's clock. Runs before any of the function's code. */
export function installVirtualTime(start: WorkerStart, post: (message: FromWorker) => void): VirtualTime {
  const cell = new BigInt64Array(start.clock)
  const now = (): number => Number(Atomics.load(cell, 0))
  const timers = new VirtualTimers({
    now,
    set: (timer, due) => post({ type: 'timer', timer, due }),
    clear: (timer) => post({ type: 'clear', timer }),
  })
  let seq = 0
  const activity = new Activity(start.sandbox, (open) => post({ type: 'parked', seq, open }))
  replaceDate(now)
  replaceTimers(timers)
  replaceMonotonicTime(now)
  if (start.seed !== undefined) replaceRandomness(start.seed)
  syncBuiltinESMExports()
  return {
    received(newest) {
      seq = newest
      activity.stirred()
    },
    fire: (timer) => timers.fire(timer),
  }
}

/** `performance.now` and `process.hrtime` count from the worker's start, on the clock. */
function replaceMonotonicTime(now: () => number): void {
  const origin = now()
  performance.now = () => now() - origin
  Object.defineProperty(performance, 'timeOrigin', { value: origin, configurable: true })
  const nanoseconds = (): bigint => BigInt(now() - origin) * 1_000_000n
  const hrtime = (since?: [number, number]): [number, number] => {
    const total = nanoseconds() - (since ? BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]) : 0n)
    return [Number(total / 1_000_000_000n), Number(total % 1_000_000_000n)]
  }
  process.hrtime = Object.assign(hrtime, { bigint: nanoseconds })
}
