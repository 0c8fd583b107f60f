import { ConditionalCheckFailedException, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { BreakerDeclaration } from '../breaker.ts'
import { breakerKey } from '../table-layout.ts'
import type { GateTools } from './gate.ts'
import { attributes, type Item } from './table.ts'

/** `until`: epoch milliseconds before which nobody probes. */
export type BreakerState = { readonly kind: 'closed' } | { readonly kind: 'open'; readonly until: number }

/** The state that all workers of a breaker share: one item, moved on under conditions only. */
export interface BreakerRecord {
  read(): Promise<BreakerState>
  /**
   * Counts a failure, and the successes that this worker has had since it last told of any; opens the breaker where that is too
   * much. A healthy consumer writes nothing.
   */
  addFailure(successes: number, now: number, limits: BreakerDeclaration): Promise<BreakerState & { opened?: boolean }>
  /** One worker at a time; also after one that has not told how its probe went before the end of its lease. */
  takeProbe(owner: string, now: number, leaseUntil: number): Promise<boolean>
  close(owner: string, now: number): Promise<void>
  reopen(owner: string, until: number): Promise<void>
}

export function breakerRecord(name: string, { dynamo, table }: Pick<GateTools, 'dynamo' | 'table'>): BreakerRecord {
  const Key = attributes(breakerKey(name))
  /** @returns the item as it is now, and whether this update has changed it */
  const update = async (
    expression: string,
    condition: string,
    values: Readonly<Record<string, number | string>>,
  ): Promise<{ readonly item: Item; readonly done: boolean }> => {
    const command = new UpdateItemCommand({
      TableName: table,
      Key,
      UpdateExpression: expression,
      ConditionExpression: condition,
      ExpressionAttributeNames: {
        '#state': 'state',
        ...(/#owner/.test(expression + condition) && { '#owner': 'owner' }),
      },
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          `:${key}`,
          typeof value === 'number' ? { N: String(value) } : { S: value },
        ]),
      ),
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    try {
      return { item: (await dynamo.send(command)).Attributes ?? {}, done: true }
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { item: error.Item ?? {}, done: false }
      throw error
    }
  }

  const open = async (item: Item, until: number): Promise<boolean> => {
    const values = { open: 'open', closed: 'closed', until, since: Number(item.since?.N) }
    const set = 'SET #state = :open, probeAt = :until'
    return (await update(set, '#state = :closed AND since = :since', values)).done
  }

  return {
    async read() {
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
      return stateOf(Item ?? {})
    },
    async addFailure(successes, now, { failures, share, within, probeEvery }) {
      const values = { closed: 'closed', one: 1, n: successes }
      const count = 'ADD failures :one, successes :n'
      const added = await update(count, '#state = :closed AND since > :start', { ...values, start: now - within })
      const state = stateOf(added.item)
      if (state.kind === 'open') return state
      const begun = 'SET #state = :closed, since = :now, failures = :one, successes = :n'
      const fresh = 'attribute_not_exists(#state) OR (#state = :closed AND since <= :start)'
      const { item } = added.done ? added : await update(begun, fresh, { ...values, now, start: now - within })
      const [bad, good] = [Number(item.failures?.N ?? 0), Number(item.successes?.N ?? 0)]
      if (bad < failures || bad < share * (bad + good)) return stateOf(item)
      const until = now + probeEvery
      return { kind: 'open', until, opened: await open(item, until) }
    },
    async takeProbe(owner, now, leaseUntil) {
      const condition = '(#state = :open AND probeAt <= :now) OR (#state = :probing AND leaseUntil < :now)'
      const values = { open: 'open', probing: 'half-open', owner, now, lease: leaseUntil }
      return (await update('SET #state = :probing, #owner = :owner, leaseUntil = :lease', condition, values)).done
    },
    async close(owner, now) {
      const set =
        'SET #state = :closed, since = :now, failures = :none, successes = :none REMOVE #owner, leaseUntil, probeAt'
      await update(set, '#owner = :owner', { owner, now, closed: 'closed', none: 0 })
    },
    async reopen(owner, until) {
      const set = 'SET #state = :open, probeAt = :until REMOVE #owner, leaseUntil'
      await update(set, '#owner = :owner', { owner, until, open: 'open' })
    },
  }
}

function stateOf(item: Item): BreakerState {
  const { S: state = 'closed' } = item.state ?? {}
  if (state === 'closed') return { kind: 'closed' }
  return { kind: 'open', until: Number((state === 'open' ? item.probeAt : item.leaseUntil)?.N ?? 0) }
}
