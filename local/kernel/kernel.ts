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
  /**
   * Functions run one at a time, from call to call, in an order that the seed draws, and their randomness is the seed's: the
   * same seed replays the same run. Needs a manual or auto clock. @default false
   */
  readonly sequential?: boolean
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
  const random = new Randomness(options.seed ?? freshSeed())
  const mode = options.clock ?? 'real'
  if (options.sequential && mode === 'real')
    throw new Error(
      'A sequential run needs a manual or an auto clock: real time goes on while functions wait their turn.',
    )
  const choose = options.sequential ? (count: number) => random.integer('who goes on', count) : undefined
  const clock = new Clock(mode, options.start, choose)
  const journal = new Journal(() => clock.now())
  return { clock, random, journal, faults: new Faults(random, journal, options.faults) }
}
