import type { LambdaContext } from './context.ts'
import { type BreakerKeeperHandler, startBreakerKeeper } from './runtime/breaker-keeper.ts'

let started: BreakerKeeperHandler | undefined

/**
 * The entry of a service's breaker keeper: a Lambda handler that consumers ask, through its queue, to pause them, that probes while they
 * are paused, and that looks from time to time whether any was left behind (`{"sweep":true}`).
 */
export const handler: BreakerKeeperHandler = (event: unknown, context: LambdaContext) => {
  started ??= startBreakerKeeper()
  return started(event, context)
}
