import type {
  DescribeBackupCommandInput,
  DescribeContributorInsightsCommandInput,
  DescribeContributorInsightsCommandOutput,
  DescribeKinesisStreamingDestinationCommandInput,
  DescribeKinesisStreamingDestinationCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { newTableName } from '../constraints.ts'
import { invalid } from '../errors.ts'
import type { Model } from '../model.ts'

/** What tools and the console read of every table: that it has none of it is the whole answer. */
export const absentFeatureActions = (model: Model): Record<string, Action> => ({
  DescribeKinesisStreamingDestination: action<
    DescribeKinesisStreamingDestinationCommandInput,
    DescribeKinesisStreamingDestinationCommandOutput
  >({
    accepts: ['TableName'],
    access: (input) => [tableAccess(model, 'DescribeKinesisStreamingDestination', input.TableName)],
    run: ({ TableName }) => ({
      TableName: model.tables.named(newTableName(TableName)).name,
      KinesisDataStreamDestinations: [],
    }),
  }),
  DescribeContributorInsights: action<
    DescribeContributorInsightsCommandInput,
    DescribeContributorInsightsCommandOutput
  >({
    accepts: ['TableName', 'IndexName'],
    access: ({ TableName, IndexName: index }) => [
      tableAccess(model, 'DescribeContributorInsights', TableName, { index }),
    ],
    run({ TableName, IndexName }) {
      const table = model.tables.named(newTableName(TableName))
      if (IndexName !== undefined && !table.index(IndexName))
        throw new AwsError('ResourceNotFoundException', `Requested resource not found: Index: ${IndexName} not found`)
      return {
        TableName: table.name,
        ...(IndexName !== undefined && { IndexName }),
        ContributorInsightsStatus: 'DISABLED',
      }
    },
  }),
  ...Object.fromEntries(
    Object.entries(emptyLists).map(([name, { list, accepts }]) => [name, emptyList(name, list, accepts)]),
  ),
  DescribeBackup: backupAction('DescribeBackup'),
  DeleteBackup: backupAction('DeleteBackup'),
})

const emptyLists: Readonly<Record<string, { readonly list: string; readonly accepts: readonly string[] }>> = {
  ListBackups: {
    list: 'BackupSummaries',
    accepts: [
      'TableName',
      'Limit',
      'TimeRangeLowerBound',
      'TimeRangeUpperBound',
      'ExclusiveStartBackupArn',
      'BackupType',
    ],
  },
  ListExports: { list: 'ExportSummaries', accepts: ['TableArn', 'MaxResults', 'NextToken'] },
  ListImports: { list: 'ImportSummaryList', accepts: ['TableArn', 'PageSize', 'NextToken'] },
  ListContributorInsights: { list: 'ContributorInsightsSummaries', accepts: ['TableName', 'MaxResults', 'NextToken'] },
  ListGlobalTables: { list: 'GlobalTables', accepts: ['ExclusiveStartGlobalTableName', 'Limit', 'RegionName'] },
}

const emptyList = (name: string, list: string, accepts: readonly string[]): Action => ({
  accepts,
  access: () => [{ action: `dynamodb:${name}`, resource: '*' }],
  run: () => ({ [list]: [] }),
})

const backupAction = (name: string): Action =>
  action<DescribeBackupCommandInput, object>({
    accepts: ['BackupArn'],
    access: ({ BackupArn }) => [{ action: `dynamodb:${name}`, resource: BackupArn ?? '*' }],
    run({ BackupArn }) {
      if (!/^arn:[^:]*:dynamodb:[^:]*:\d{12}:table\/[^/]+\/backup\/[^/]+$/.test(BackupArn ?? ''))
        throw invalid(`Invalid BackupArn: ${BackupArn}`)
      throw new AwsError('BackupNotFoundException', `Backup not found: ${BackupArn}`)
    },
  })

const keepsNoPast = 'A table keeps no past here: run the cloud with --persist to keep it, and scan it to copy it.'
const noPartiQl = 'Use the actions of items: GetItem, PutItem, UpdateItem, DeleteItem, Query, Scan, TransactWriteItems.'

/** Actions that would make what tables have none of, each with the way out. */
export const refusedActions: Readonly<Record<string, string>> = {
  CreateBackup: keepsNoPast,
  RestoreTableFromBackup: keepsNoPast,
  RestoreTableToPointInTime: keepsNoPast,
  ExportTableToPointInTime: keepsNoPast,
  ImportTable: 'Write the items with BatchWriteItem.',
  ExecuteStatement: noPartiQl,
  BatchExecuteStatement: noPartiQl,
  ExecuteTransaction: noPartiQl,
  EnableKinesisStreamingDestination: "There is no Kinesis here: read the table's stream (StreamSpecification).",
  UpdateContributorInsights: 'It only measures: ask the calls for ReturnConsumedCapacity.',
}
