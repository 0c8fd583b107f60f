import {
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { type CommitResult, collided, commit, resultIn } from './commit.ts'
import { targetOf } from './commit-actions.ts'
import type { CommitPlan } from './commit-plan.ts'
import { itemSize } from './item-size.ts'
import { MAX_ACTIONS, MAX_BYTES } from './limits.ts'
import { fullJitter, type Ports, sleep } from './ports.ts'
import type { Scheme } from './scheme.ts'
import { placeOf } from './table.ts'

/**
 * Commits units that are ready at the same time in one transaction: the same write units, fewer requests. Units of one message, or
 * of one FIFO group, never run at the same time (batch.ts), so a group never holds two of them.
 */
export interface GroupCommit {
  /** Runs a unit; its neighbours' commits wait for it, a little. */
  alongside<T>(run: () => Promise<T>): Promise<T>
  commit(plan: CommitPlan, signal: AbortSignal): Promise<CommitResult>
}

/** What alone is one write of one item would cost double in a transaction. */
const GROUPED: readonly Scheme[] = ['B', "B'"]

/** While transactions collide, small ones collide less. */
const FEW_ACTIONS = 25
/** So many groups without a collision end the caution. */
const CALM = 10
/** A group that holds one duplicate is refused, and billed, as a whole: after such a one so many units go alone. */
const WARY = 100
/** A slow handler does not hold its neighbours up for longer. Milliseconds. */
const LINGER_MS = 20

interface Unit {
  readonly plan: CommitPlan
  readonly places: ReadonlySet<string>
  readonly bytes: number
  readonly signal: AbortSignal
  settle(result: CommitResult | Promise<CommitResult>): void
}

export function groupCommit(client: DynamoDBClient, ports: Ports): GroupCommit {
  const waiting: Unit[] = []
  let running = 0
  let committing = 0
  let calm = CALM
  let wary = 0
  let stopLingering: (() => void) | undefined

  const flush = () => {
    stopLingering?.()
    stopLingering = undefined
    const units = waiting.splice(0)
    committing += units.length
    const maxActions = wary > 0 ? 0 : calm < CALM ? FEW_ACTIONS : MAX_ACTIONS
    wary = Math.max(0, wary - units.length)
    for (const group of apart(units, maxActions)) void write(group)
  }
  const flushWhenAll = () => {
    if (waiting.length === 0) return
    if (running - committing <= waiting.length) flush()
    else stopLingering ??= ports.after(LINGER_MS, flush)
  }
  const settleAll = (units: readonly Unit[], result: (unit: Unit) => CommitResult | Promise<CommitResult>) => {
    committing -= units.length
    for (const unit of units) unit.settle(result(unit))
  }
  const alone = (unit: Unit) => commit(client, unit.plan, ports, unit.signal)

  async function write(group: readonly Unit[]): Promise<void> {
    const [first, ...others] = group
    if (!first) return
    if (others.length === 0) return settleAll(group, alone)
    const over = group.filter(({ signal }) => signal.aborted)
    if (over.length > 0) {
      settleAll(over, ({ signal }) => Promise.reject(signal.reason))
      return write(group.filter(({ signal }) => !signal.aborted))
    }
    try {
      const TransactItems = group.flatMap(({ plan }) => plan.actions)
      await client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: ports.uuid() }))
      calm = Math.min(CALM, calm + 1)
      settleAll(group, () => 'committed')
    } catch (error) {
      await afterRefusal(group, error)
    }
  }

  /** Who is refused for its own sake is told so; the others go again, in halves if it was a collision or nobody's own fault. */
  async function afterRefusal(group: readonly Unit[], error: unknown): Promise<void> {
    const ofOne = error instanceof Error && FAULTS_OF_ONE.includes(error.name)
    const canceled = error instanceof TransactionCanceledException
    if (!canceled && !ofOne && !collided(error)) return settleAll(group, () => Promise.reject(error))
    const results = canceled ? ownResults(group, error.CancellationReasons ?? []) : new Map<Unit, CommitResult>()
    settleAll([...results.keys()], (unit) => results.get(unit) ?? 'duplicate')
    const rest = group.filter((unit) => !results.has(unit))
    if (results.size > 0) {
      wary = WARY
      return write(rest)
    }
    calm = 0
    await sleep(ports, fullJitter(ports, 1, 20, 500))
    const half = Math.ceil(rest.length / 2)
    await Promise.all([write(rest.slice(0, half)), write(rest.slice(half))])
  }

  return {
    async alongside(run) {
      running++
      try {
        return await run()
      } finally {
        running--
        flushWhenAll()
      }
    },
    commit(plan, signal) {
      if (!GROUPED.includes(plan.scheme)) return commit(client, plan, ports, signal)
      return new Promise((resolve) => {
        waiting.push({ plan, places: placesOf(plan), bytes: bytesOf(plan), signal, settle: resolve })
        flushWhenAll()
      })
    },
  }
}

/** A whole transaction is refused for the sake of one of its actions. */
const FAULTS_OF_ONE = ['ValidationException', 'AccessDeniedException']

/** Verdicts that stand in a unit's own reasons, which are in the order of the actions. */
function ownResults(group: readonly Unit[], reasons: readonly CancellationReason[]): Map<Unit, CommitResult> {
  const results = new Map<Unit, CommitResult>()
  let from = 0
  for (const unit of group) {
    const result = resultIn(reasons.slice(from, from + unit.plan.actions.length), unit.plan)
    if (result) results.set(unit, result)
    from += unit.plan.actions.length
  }
  return results
}

/**
 * Units conflict when the items meet that they write or rely on: DynamoDB takes an item once in a transaction.
 * @param maxActions 0: each unit goes alone
 */
function apart(units: readonly Unit[], maxActions: number): readonly (readonly Unit[])[] {
  const groups: { readonly units: Unit[]; readonly places: Set<string>; actions: number; bytes: number }[] = []
  for (const unit of units) {
    const fits = groups.find(
      ({ places, actions, bytes }) =>
        ![...unit.places].some((place) => places.has(place)) &&
        actions + unit.plan.actions.length <= maxActions &&
        bytes + unit.bytes <= MAX_BYTES,
    )
    const group = fits ?? { units: [], places: new Set<string>(), actions: 0, bytes: 0 }
    if (!fits) groups.push(group)
    group.units.push(unit)
    group.actions += unit.plan.actions.length
    group.bytes += unit.bytes
    for (const place of unit.places) group.places.add(place)
  }
  return groups.map((group) => group.units)
}

const placesOf = ({ actions }: CommitPlan): ReadonlySet<string> =>
  new Set(
    actions.flatMap((action) => {
      const key = targetOf(action)
      return key ? [placeOf(key)] : []
    }),
  )

const bytesOf = ({ actions }: CommitPlan): number =>
  actions.reduce((sum, { Put }) => sum + itemSize(Put?.Item ?? {}), 0)
