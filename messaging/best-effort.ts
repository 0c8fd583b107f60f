import { type Carried, RULES, RUNTIME, type Ruled } from './carried.ts'

export interface BestEffortOptions {
  /** Share of the messages that are handled, over 0 up to 1; the rest costs no write. @default 1 */
  readonly sample?: number
  /** At most so many invocations at a time, 2 to 1000. @default the backbone's `defaultConcurrency` */
  readonly concurrency?: number
  /** Messages an invocation takes at most, 1 to 1000. @default 100 */
  readonly batchSize?: number
}

/** A delivery at most once, as plain data, which carries the way to its runtime. */
export interface BestEffortDeclaration
  extends Carried<typeof import('./runtime/best-effort.ts')>,
    Ruled<{ readonly batchSize: number }> {
  readonly sample: number
  readonly concurrency?: number
  readonly batchSize: number
}

/**
 * At most once: a message may get lost (its handler fails, its process dies, its queue is a day behind), and is never handled twice. There are no
 * further attempts and no dead letters. For what is worth little by itself, such as lines of a log and counts.
 */
export function bestEffort(options: BestEffortOptions = {}): BestEffortDeclaration {
  const { sample = 1, concurrency, batchSize = 100 } = options
  return {
    sample,
    batchSize,
    ...(concurrency !== undefined && { concurrency }),
    [RULES]: () => [
      [sample > 0 && sample <= 1, `bestEffort: sample ${sample} must be over 0 and up to 1`],
      [
        Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= 1000,
        `bestEffort: batchSize ${batchSize} must be a whole number from 1 to 1000`,
      ],
    ],
    [RUNTIME]: () => import('./runtime/best-effort.ts'),
  }
}
