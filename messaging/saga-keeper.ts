import type { LambdaContext } from './context.ts'
import { type KeeperHandler, startKeeper } from './runtime/saga-keeper.ts'

let started: KeeperHandler | undefined

/**
 * The entry of a service's saga keeper: a Lambda handler that sagas in need of an operator call, that hears of every execution's end, and
 * that sweeps the records of open sagas from time to time (`{"sweep":true}`).
 */
export const handler: KeeperHandler = (event: unknown, context: LambdaContext) => {
  started ??= startKeeper()
  return started(event, context)
}
