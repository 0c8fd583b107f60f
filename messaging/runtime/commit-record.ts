import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Envelope } from '../envelope.ts'
import { PRODUCER, type TableKey, VERSION } from '../table-layout.ts'
import { appends, carrying, checks, unchanged, writes } from './commit-actions.ts'
import type { CommitPlan, Committer } from './commit-plan.ts'
import { emissionsOf } from './emissions.ts'
import type { Ledger } from './ledger.ts'
import { assertFits } from './limits.ts'
import { attributes, type Item } from './table.ts'

/** An item that a unit is committed with: as it must still be, and as it becomes. */
export interface Recorded {
  readonly key: TableKey
  /** `undefined`: there is none. */
  readonly version: number | undefined
  readonly content: Item
}

/** As `planCommit`, with a record of its own in the place of the mark. The record also carries what belongs to no aggregate. */
export async function planRecorded(
  ledger: Ledger,
  committer: Committer,
  cause: Envelope,
  now: number,
  { key, version, content }: Recorded,
): Promise<CommitPlan> {
  const emitted = await emissionsOf(ledger, committer.consumerId, cause, now)
  const record: TransactWriteItem = {
    Put: {
      TableName: committer.table,
      Item: {
        ...attributes(key),
        ...content,
        [VERSION]: { N: String((version ?? 0) + 1) },
        [PRODUCER]: { S: committer.consumerId },
        ...carrying(emitted.filter(({ to }) => to === undefined)),
      },
      ...unchanged(version),
    },
  }
  const leaving = emitted.filter(({ to }) => to !== undefined)
  const parts = { ledger, committer, cause, now, emitted: leaving, home: undefined }
  const actions = [record, ...appends(parts), ...writes(parts), ...checks(parts)]
  assertFits(actions)
  return { scheme: 'B', refusedFirst: 'duplicate', actions }
}
