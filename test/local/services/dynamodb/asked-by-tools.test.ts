import {
  CreateTableCommand,
  DescribeBackupCommand,
  DescribeContinuousBackupsCommand,
  DescribeContributorInsightsCommand,
  DescribeKinesisStreamingDestinationCommand,
  ExecuteStatementCommand,
  ListBackupsCommand,
  ListExportsCommand,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { composite, startTableCloud, type TableCloud } from './support.ts'

/** What Terraform, the console and CDK ask of each table beside DescribeTable. */

let tables: TableCloud
beforeAll(async () => {
  tables = await startTableCloud()
  await tables.table('asked')
})
afterAll(() => tables.stop())

const TableName = 'asked'
const notFound = { name: 'TableNotFoundException', message: 'Table not found: none' }

test('continuous backups are on, and point in time recovery is as it was told', async () => {
  const { db, cloud } = tables
  const describe = async (name = TableName) =>
    (await db.send(new DescribeContinuousBackupsCommand({ TableName: name }))).ContinuousBackupsDescription
  const update = (PointInTimeRecoveryEnabled: boolean, RecoveryPeriodInDays?: number, name = TableName) =>
    db.send(
      new UpdateContinuousBackupsCommand({
        TableName: name,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled, RecoveryPeriodInDays },
      }),
    )
  const off = {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
  }
  expect(await describe()).toEqual(off)
  const since = cloud.clock.now()
  await update(true)
  await cloud.clock.advance(3_600_000)
  expect(await describe()).toEqual({
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 35,
      EarliestRestorableDateTime: new Date(since),
      LatestRestorableDateTime: new Date(since + 3_300_000),
    },
  })
  await expect(update(true, 36)).rejects.toThrow(
    "1 validation error detected: Value '36' at 'pointInTimeRecoverySpecification.recoveryPeriodInDays' failed to satisfy constraint: Member must have value less than or equal to 35",
  )
  await update(false)
  expect(await describe()).toEqual(off)
  await expect(describe('none')).rejects.toMatchObject(notFound)
  await expect(update(true, 1, 'none')).rejects.toMatchObject(notFound)
  await db.send(new CreateTableCommand({ TableName: 'young', BillingMode: 'PAY_PER_REQUEST', ...composite }))
  await expect(update(true, 1, 'young')).rejects.toMatchObject({ name: 'ContinuousBackupsUnavailableException' })
})

test('a table has no streams of Kinesis, no insights, no backups and no exports, and says so', async () => {
  const { db } = tables
  expect(await db.send(new DescribeKinesisStreamingDestinationCommand({ TableName }))).toMatchObject({
    TableName,
    KinesisDataStreamDestinations: [],
  })
  expect(await db.send(new DescribeContributorInsightsCommand({ TableName }))).toMatchObject({
    TableName,
    ContributorInsightsStatus: 'DISABLED',
  })
  expect((await db.send(new ListBackupsCommand({ TableName }))).BackupSummaries).toEqual([])
  expect((await db.send(new ListExportsCommand({}))).ExportSummaries).toEqual([])
  const BackupArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/asked/backup/01234567890123-abcdef12'
  await expect(db.send(new DescribeBackupCommand({ BackupArn }))).rejects.toMatchObject({
    name: 'BackupNotFoundException',
    message: `Backup not found: ${BackupArn}`,
  })
})

test('what would need a past, or a language of its own, is refused with the way out', async () => {
  const { db } = tables
  await expect(
    db.send(new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName: 'restored' })),
  ).rejects.toThrow(/does not simulate the action dynamodb:RestoreTableToPointInTime\. .*--persist/)
  await expect(db.send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM asked' }))).rejects.toThrow(
    /does not simulate the action dynamodb:ExecuteStatement\. Use the actions of items/,
  )
})
