import type {
  ContinuousBackupsDescription,
  DescribeContinuousBackupsCommandInput,
  DescribeContinuousBackupsCommandOutput,
  UpdateContinuousBackupsCommandInput,
  UpdateContinuousBackupsCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, newTableName } from '../constraints.ts'
import type { Model } from '../model.ts'
import type { Table } from '../tables/table.ts'

/** Days of a table's past that can be restored, unless fewer are asked for. */
const LONGEST_DAYS = 35
const DAY_MS = 86_400_000
/** A restore can reach up to five minutes before now. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html */
const LAG_MS = 300_000

const describe = (model: Model): Action =>
  action<DescribeContinuousBackupsCommandInput, DescribeContinuousBackupsCommandOutput>({
    accepts: ['TableName'],
    access: (input) => [tableAccess(model, 'DescribeContinuousBackups', input.TableName)],
    run: ({ TableName }) => ({ ContinuousBackupsDescription: described(model, backedUp(model, TableName)) }),
  })

/** What is told of a table follows; restoring is refused, for there is nothing to restore from. */
const update = (model: Model): Action =>
  action<UpdateContinuousBackupsCommandInput, UpdateContinuousBackupsCommandOutput>({
    accepts: ['TableName', 'PointInTimeRecoverySpecification'],
    access: (input) => [tableAccess(model, 'UpdateContinuousBackups', input.TableName)],
    run({ TableName, PointInTimeRecoverySpecification: asked }) {
      const path = 'pointInTimeRecoverySpecification'
      new Constraints()
        .present(path, asked)
        .present(`${path}.pointInTimeRecoveryEnabled`, asked ? asked.PointInTimeRecoveryEnabled : undefined)
        .between(`${path}.recoveryPeriodInDays`, asked?.RecoveryPeriodInDays, 1, LONGEST_DAYS)
        .done()
      const table = backedUp(model, TableName)
      if (table.state.status === 'CREATING')
        throw new AwsError(
          'ContinuousBackupsUnavailableException',
          `Backups are being enabled for the table: ${table.name}. Please retry later`,
        )
      const since = table.state.recovery?.since ?? model.context.kernel.clock.now()
      const days = asked?.RecoveryPeriodInDays ?? table.state.recovery?.days ?? LONGEST_DAYS
      table.state.recovery = asked?.PointInTimeRecoveryEnabled ? { since, days } : undefined
      model.tables.save(table)
      return { ContinuousBackupsDescription: described(model, table) }
    },
  })

/** These actions have a word of their own for a table that is not there. */
function backedUp(model: Model, name: string | undefined): Table {
  const given = newTableName(name)
  const table = model.tables.find(given)
  if (!table) throw new AwsError('TableNotFoundException', `Table not found: ${given}`)
  return table
}

function described({ context }: Model, { state }: Table): ContinuousBackupsDescription {
  if (!state.recovery)
    return {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    }
  const now = context.kernel.clock.now()
  const { since, days } = state.recovery
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: days,
      EarliestRestorableDateTime: new Date(Math.max(since, now - days * DAY_MS)),
      LatestRestorableDateTime: new Date(Math.max(since, now - LAG_MS)),
    },
  }
}

export const continuousBackupActions = (model: Model): Record<string, Action> => ({
  DescribeContinuousBackups: describe(model),
  UpdateContinuousBackups: update(model),
})
