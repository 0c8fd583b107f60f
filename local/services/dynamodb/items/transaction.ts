import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../service.ts'
import { invalid } from '../errors.ts'
import type { Model } from '../model.ts'
import { keyText, type StoredKey } from '../store/keys.ts'
import { EMPTY_KEY } from '../tables/key-checks.ts'
import type { Table } from '../tables/table.ts'
import { meterRefused, type Outcome, outcomeOf } from './execute.ts'
import type { Change, Plan, Prepared } from './plan.ts'

const MAX_BYTES = 4 * 1024 * 1024

/** One action of a transaction that took place. */
export interface Transacted {
  readonly table: Table
  readonly key: StoredKey
  /** Bytes of the item that was read or checked; a write's are in its change. */
  readonly size: number
  readonly change: Change | undefined
}

/** A reason of a cancellation, as TransactionCanceledException lists them by position. */
export interface Reason {
  readonly Code: string
  readonly Message?: string
  readonly Item?: unknown
}

/**
 * Carries out all writes or none.
 * @throws AwsError TransactionCanceledException with a reason for each action
 */
export function transact(model: Model, prepared: readonly Prepared[], call: Call): Transacted[] {
  const tables = prepared.map(({ tableName }) => model.tables.active(tableName))
  const plans = prepared.map((each, at) => attempted(() => each.bind(tables[at] as Table)))
  checkDistinct(plans)
  checkSize(prepared)
  const bound = allBound(plans)
  checkConflict(model, bound)
  const outcomes = bound.map((plan) => attempted(() => outcomeOf(plan)))
  if (outcomes.some(({ kind }) => kind === 'failed')) {
    meterRefused(model, bound, call, 'TransactWriteItems', 2)
    throw cancelled(outcomes.map(reasonOf))
  }
  const done = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [transacted(outcome)]))
  model.writer.apply(
    done.flatMap(({ change }) => change ?? []),
    { cause: call.entry },
  )
  for (const { change } of done) if (change) model.ttl.noticeWrite(change)
  return done
}

type Failed = Extract<Outcome, { kind: 'failed' }>

/** What an action breaks is a reason of the cancellation, but for empty keys, which are found before it begins. */
export function attempted<T>(work: () => T): T | Failed {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ValidationException') throw error
    if (error.message.startsWith(EMPTY_KEY)) throw error
    return { kind: 'failed', code: 'ValidationError', message: error.message }
  }
}

/** @throws AwsError where two actions have the same item */
export function checkDistinct(plans: readonly (Pick<Plan, 'table' | 'key'> | Failed)[]): void {
  const seen = new Set<string>()
  for (const plan of plans) {
    if ('kind' in plan) continue
    const text = `${plan.table.name}\0${keyText(plan.key)}`
    if (seen.has(text)) throw invalid('Transaction request cannot include multiple operations on one item')
    seen.add(text)
  }
}

/**
 * Actions that do not fit their tables cancel the transaction before any condition is looked at; only the first is told.
 * @throws AwsError
 */
function allBound(plans: readonly (Plan | Failed)[]): Plan[] {
  const first = plans.findIndex((plan) => 'kind' in plan)
  if (first >= 0) throw cancelled(plans.map((plan, at) => (at === first ? reasonOf(plan as Failed) : { Code: 'None' })))
  return plans as Plan[]
}

/** The fault point: another transaction is at work on one of the items. */
function checkConflict(model: Model, plans: readonly Plan[]): void {
  const { faults, random } = model.context.kernel
  const [first] = plans
  if (!first) return
  if (faults.decide('dynamodb.transaction', first.table.state.arn, { items: plans.length }) !== 'conflict') return
  const at = random.integer('conflicting item of a transaction', plans.length)
  throw cancelled(
    plans.map((_plan, position) =>
      position === at
        ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
        : { Code: 'None' },
    ),
  )
}

function transacted(outcome: Exclude<Outcome, Failed>): Transacted {
  if (outcome.kind === 'change') {
    const { change } = outcome
    return { table: change.table, key: change.key, size: change.next?.size ?? change.old?.row.size ?? 0, change }
  }
  const { table, key } = outcome.plan
  return { table, key, size: table.store.find(key)?.size ?? 0, change: undefined }
}

/** What the request carries counts, not the items that it meets: any 100 items can be deleted at once. */
function checkSize(prepared: readonly Prepared[]): void {
  if (prepared.reduce((sum, each) => sum + each.bytes(), 0) > MAX_BYTES)
    throw invalid('Transaction payload size cannot exceed 4 MB')
}

function reasonOf(outcome: Outcome): Reason {
  if (outcome.kind !== 'failed') return { Code: 'None' }
  const { code, message, item } = outcome
  return { Code: code, Message: message, ...(item && { Item: item.item }) }
}

export function cancelled(reasons: readonly Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ')
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { fields: { CancellationReasons: reasons } },
  )
}
