import type {
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndexDescription,
  TableDescription,
} from '@aws-sdk/client-dynamodb'
import type { StreamState } from '../streams/stream.ts'
import type { KeyType } from '../values/value.ts'
import type { Index, KeySchema, Throughput } from './schema.ts'
import type { Table } from './table.ts'

// By name, however they were sent, as the non-key attributes of an index are (measured by aws-controllers-k8s, 2026-10).
const byName = (attributes: readonly { readonly name: string; readonly type: KeyType }[]) =>
  attributes.toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** The table as DescribeTable shows it. */
export function describeTable(table: Table, stream: StreamState | undefined): TableDescription {
  const { state } = table
  const totals = table.store.totals()
  const local = state.indexes.filter(({ kind }) => kind === 'local')
  const global = state.indexes.filter(({ kind }) => kind === 'global')
  return {
    TableName: state.name,
    TableArn: state.arn,
    TableId: state.id,
    TableStatus: state.status,
    CreationDateTime: new Date(state.createdAt),
    AttributeDefinitions: byName(state.attributes).map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    KeySchema: keySchema(state.key),
    ItemCount: totals.count,
    TableSizeBytes: totals.size,
    ProvisionedThroughput: throughput(state.throughput),
    ...(state.onDemandSince !== undefined && {
      BillingModeSummary: {
        BillingMode: state.billing,
        LastUpdateToPayPerRequestDateTime: new Date(state.onDemandSince),
      },
    }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local.map((index) => describeLocal(table, index)) }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global.map((index) => describeGlobal(table, index)) }),
    ...streamPart(stream),
    ...(state.maximumThroughput && {
      OnDemandThroughput: {
        MaxReadRequestUnits: state.maximumThroughput.read,
        MaxWriteRequestUnits: state.maximumThroughput.write,
      },
    }),
    ...(state.tableClass && {
      TableClassSummary: {
        TableClass: state.tableClass,
        ...(state.tableClassChanged !== undefined && { LastUpdateDateTime: new Date(state.tableClassChanged) }),
      },
    }),
    ...(state.encryptionKey !== undefined && {
      SSEDescription: { Status: 'ENABLED' as const, SSEType: 'KMS' as const, KMSMasterKeyArn: state.encryptionKey },
    }),
    DeletionProtectionEnabled: state.deletionProtection,
  }
}

function streamPart(stream: StreamState | undefined): Partial<TableDescription> {
  if (!stream) return {}
  return {
    LatestStreamArn: stream.arn,
    LatestStreamLabel: stream.label,
    ...(stream.status === 'ENABLED' && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: stream.view },
    }),
  }
}

export const keySchema = (key: KeySchema): KeySchemaElement[] => [
  ...key.hash.map(({ name }) => ({ AttributeName: name, KeyType: 'HASH' as const })),
  ...key.range.map(({ name }) => ({ AttributeName: name, KeyType: 'RANGE' as const })),
]

const throughput = ({ read, write }: Throughput) => ({
  NumberOfDecreasesToday: 0,
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
})

function describeLocal(table: Table, index: Index): LocalSecondaryIndexDescription {
  const totals = indexTotals(table, index)
  return {
    IndexName: index.name,
    IndexArn: table.indexArn(index.name),
    KeySchema: keySchema(index.key),
    Projection: {
      ProjectionType: index.projection.type,
      ...(index.projection.nonKey.length > 0 && { NonKeyAttributes: index.projection.nonKey.toSorted() }),
    },
    ItemCount: totals.count,
    IndexSizeBytes: totals.size,
  }
}

function describeGlobal(table: Table, index: Index): GlobalSecondaryIndexDescription {
  return {
    ...describeLocal(table, index),
    IndexStatus: index.status,
    ...(index.status === 'CREATING' && table.state.status !== 'CREATING' && { Backfilling: true }),
    ProvisionedThroughput: throughput(index.throughput),
  }
}

function indexTotals(table: Table, index: Index): { count: number; size: number } {
  return index.status === 'CREATING' ? { count: 0, size: 0 } : table.entries(index).totals()
}
