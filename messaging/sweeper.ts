import type { LambdaContext } from './context.ts'
import { startSweeper } from './runtime/sweep/sweeper.ts'

let started: ReturnType<typeof startSweeper> | undefined

/** The entry of a service's sweeper: a Lambda handler that is called by the clock. */
export const handler = (event: unknown, context: LambdaContext): Promise<void> => {
  started ??= startSweeper()
  return started(event, context)
}
