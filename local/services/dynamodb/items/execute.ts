import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../service.ts'
import type { Model } from '../model.ts'
import { changeUnits, type Units, writeUnits } from './capacity.ts'
import { type Change, OldItem, type Plan, type Prepared } from './plan.ts'

export interface Executed extends Change {
  readonly units: Units
}

const CONDITION_FAILED = 'The conditional request failed'

/** Runs one write by itself. */
export function execute(model: Model, prepared: Prepared, call: Call, operation: string): Executed {
  const plan = prepared.bind(model.tables.active(prepared.tableName))
  const change = changeOf(plan, () => meterRefused(model, [plan], call, operation, 1))
  model.writer.apply([change], { cause: call.entry })
  model.ttl.noticeWrite(change)
  const units = changeUnits(change, 1)
  model.meter.record(plan.table.name, call, operation, { write: units.total })
  return { ...change, units }
}

/**
 * A write that its condition refused is billed too: by the size of the item that is there, at least one unit.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadWriteCapacityMode.html
 * @param factor 2 in a transaction
 */
export function meterRefused(
  model: Model,
  plans: readonly Plan[],
  call: Call,
  operation: string,
  factor: number,
): void {
  const byTable = new Map<string, number>()
  for (const { table, key } of plans) {
    const units = factor * writeUnits(table.store.find(key)?.size ?? 0)
    byTable.set(table.name, (byTable.get(table.name) ?? 0) + units)
  }
  for (const [name, units] of byTable) model.meter.record(name, call, operation, { write: units })
}

/**
 * What a plan comes to for the item as it lies in the table.
 * @throws AwsError where its condition fails, or the write does not fit
 */
function changeOf(plan: Plan, refused: () => void): Change {
  const { table, key, given } = plan
  const row = table.store.find(key)
  const old = row && new OldItem(row)
  if (plan.condition && !plan.condition(old ? old.item : {})) {
    refused()
    throw new AwsError('ConditionalCheckFailedException', CONDITION_FAILED, {
      fields: plan.showsOld && old ? { Item: old.item } : {},
    })
  }
  const next = plan.next(old)
  return { table, key, given, old, next: next === 'unchanged' ? undefined : next }
}

/** What becomes of one action of a transaction. */
export type Outcome =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'checked'; readonly plan: Plan }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly item?: OldItem | undefined }

/** As `changeOf`, for a transaction: a failure is a reason of the cancellation. */
export function outcomeOf(plan: Plan): Outcome {
  const { table, key, given } = plan
  const row = table.store.find(key)
  const old = row && new OldItem(row)
  if (plan.condition && !plan.condition(old ? old.item : {})) {
    const item = plan.showsOld ? old : undefined
    return { kind: 'failed', code: 'ConditionalCheckFailed', message: CONDITION_FAILED, item }
  }
  const next = plan.next(old)
  return next === 'unchanged' ? { kind: 'checked', plan } : { kind: 'change', change: { table, key, given, old, next } }
}
