import {
  type CancellationReason,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { Retry } from '../failure.ts'
import { targetOf } from './commit-actions.ts'
import type { CommitPlan } from './commit-plan.ts'
import { fullJitter, type Ports, sleep } from './ports.ts'

/** `stale`: an item that the unit relied on has changed; a run on fresh state can succeed. */
export type CommitResult = 'committed' | 'duplicate' | { readonly stale: readonly string[] }

const MAX_TRIES = 20

/**
 * Writes the plan, all or nothing. A collision with another transaction is waited out here, with jitter, and burns no attempt.
 * @param signal once aborted, no further try is begun
 */
export async function commit(
  client: DynamoDBClient,
  plan: CommitPlan,
  ports: Ports,
  signal: AbortSignal,
): Promise<CommitResult> {
  // One token for all tries: a try whose answer was lost is not written again.
  const token = ports.uuid()
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted()
    const result = await write(client, plan, token)
    if (result !== 'collision') return result
    if (attempt === MAX_TRIES)
      throw new Retry(`the commit collided with other transactions ${MAX_TRIES} times`, { code: 'Contention' })
    await sleep(ports, fullJitter(ports, attempt, 20, 500))
  }
}

async function write(client: DynamoDBClient, plan: CommitPlan, token: string): Promise<CommitResult | 'collision'> {
  const [first] = plan.actions
  if (!first) return 'committed'
  try {
    if (plan.actions.length === 1 && first.Put) await client.send(new PutItemCommand(first.Put))
    else
      await client.send(new TransactWriteItemsCommand({ TransactItems: [...plan.actions], ClientRequestToken: token }))
    return 'committed'
  } catch (error) {
    return verdict(error, plan)
  }
}

/** Reads the refusal. Reasons stand in the order of the actions; the first is the mark's. */
function verdict(error: unknown, plan: CommitPlan): CommitResult | 'collision' {
  if (error instanceof ConditionalCheckFailedException) return refusedFirst(plan)
  if (collided(error)) return 'collision'
  if (!(error instanceof TransactionCanceledException)) throw error
  const reasons = error.CancellationReasons ?? []
  const result = resultIn(reasons, plan)
  if (result) return result
  if (reasons.some(({ Code = '' }) => PASSING_REASONS.includes(Code))) return 'collision'
  throw error
}

/** What the plan's own reasons say of its conditions. `undefined`: none of them failed. */
export function resultIn(reasons: readonly CancellationReason[], plan: CommitPlan): CommitResult | undefined {
  if (failed(reasons[0])) return refusedFirst(plan)
  const stale = plan.actions.flatMap((action, index) => {
    const key = failed(reasons[index]) ? targetOf(action) : undefined
    return key ? [key.pk] : []
  })
  return stale.length > 0 ? { stale } : undefined
}

function refusedFirst({ actions, refusedFirst: meaning }: CommitPlan): CommitResult {
  const place = actions[0] && targetOf(actions[0])?.pk
  return meaning === 'duplicate' ? meaning : { stale: place === undefined ? [] : [place] }
}

/** Another transaction on one of the items, or its partition's throughput: both pass. */
const PASSING_REASONS = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']

const failed = (reason: CancellationReason | undefined): boolean => reason?.Code === 'ConditionalCheckFailed'

/** A Put meets another's transaction; or the first try of this very transaction is still under way. */
export const collided = (error: unknown): boolean =>
  error instanceof Error && ['TransactionConflictException', 'TransactionInProgressException'].includes(error.name)
