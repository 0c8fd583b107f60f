import { Clock, type ClockMode } from './clock.ts'
import { type FaultPlan, Faults } from './faults.ts'
import { Journal } from './journal.ts'
import { freshSeed } from './platform.ts'
import { Randomness } from './randomness.ts'

export interface KernelOptions {
  /** @default 'real' */
  readonly clock?: ClockMode
  /** Instant at which a manual or auto clock starts, milliseconds since the epoch. @default the wall clock's */
  readonly start?: number
  /** Replays a run: same seed, same draws. @default a fresh one */
  readonly seed?: string
  /** @default no fault anywhere */
  readonly faults?: FaultPlan
}

/** Time, randomness, faults and memory of one local cloud. */
export interface Kernel {
  readonly clock: Clock
  readonly random: Randomness
  readonly faults: Faults
  readonly journal: Journal
}

export function createKernel(options: KernelOptions = {}): Kernel {
  const clock = new Clock(options.clock ?? 'real', options.start)
  const random = new Randomness(options.seed ?? freshSeed())
  const journal = new Journal(() => clock.now())
  return { clock, random, journal, faults: new Faults(random, journal, options.faults) }
}
