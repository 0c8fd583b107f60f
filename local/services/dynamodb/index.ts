import type { CloudContext, PolicyDocument, Service } from '../../service.ts'
import { absentFeatureActions, refusedActions } from './actions/absent-features.ts'
import { batchGetItem } from './actions/batch-get-item.ts'
import { batchWriteItem } from './actions/batch-write-item.ts'
import { continuousBackupActions } from './actions/continuous-backups.ts'
import { deleteItem } from './actions/delete-item.ts'
import { getItem } from './actions/get-item.ts'
import { policyActions } from './actions/policies.ts'
import { putItem } from './actions/put-item.ts'
import { query } from './actions/query.ts'
import { scan } from './actions/scan.ts'
import { settingActions } from './actions/settings.ts'
import { tableActions } from './actions/tables.ts'
import { tagActions } from './actions/tags.ts'
import { transactGetItems } from './actions/transact-get-items.ts'
import { transactWriteItems } from './actions/transact-write-items.ts'
import { updateItem } from './actions/update-item.ts'
import type { MeterReading } from './items/meter.ts'
import { modelOf } from './model.ts'
import { globalTableResource } from './resources/global-table.ts'
import { tableResource } from './resources/table.ts'
import { streamActions } from './streams/actions.ts'
import type { RecordListener } from './streams/streams.ts'

/** DynamoDB, as benches and tests see it. */
export interface DynamoDb extends Service {
  /** Capacity units of all calls since the start or the last reset, by table, caller and operation. */
  meter(): readonly MeterReading[]
  resetMeter(): void
}

/** DynamoDB Streams, as what consumes streams sees it. */
export interface DynamoDbStreams extends Service {
  /**
   * Calls `listener` whenever the stream has new records, once for a write, after its commit. Answers how to stop.
   *
   * What is in the stream already is not told: listen first, then read until nothing comes, then wait for the call.
   * It comes synchronously from within the write: the listener must not throw, and reads later, by GetRecords, as the
   * role that it acts for. The stream need not exist yet.
   */
  onRecords(streamArn: string, listener: RecordListener): () => void
  /** Journal entry of the call that wrote a record; `undefined` where nobody's did, or it is not known any more. */
  causeOf(streamArn: string, sequenceNumber: string): number | undefined
}

export function createDynamoDb(context: CloudContext): DynamoDb {
  const model = modelOf(context)
  return {
    name: 'dynamodb',
    actions: {
      PutItem: putItem(model),
      GetItem: getItem(model),
      UpdateItem: updateItem(model),
      DeleteItem: deleteItem(model),
      Query: query(model),
      Scan: scan(model),
      BatchGetItem: batchGetItem(model),
      BatchWriteItem: batchWriteItem(model),
      TransactGetItems: transactGetItems(model),
      TransactWriteItems: transactWriteItems(model),
      ...tableActions(model),
      ...settingActions(model),
      ...tagActions(model),
      ...policyActions(model),
      ...continuousBackupActions(model),
      ...absentFeatureActions(model),
    },
    refused: refusedActions,
    resourcePolicy: (arn) => {
      const document = model.tables.byArn(arn)?.state.policy?.document
      return document === undefined ? undefined : (JSON.parse(document) as PolicyDocument)
    },
    resources: {
      'AWS::DynamoDB::Table': tableResource(model),
      'AWS::DynamoDB::GlobalTable': globalTableResource(model),
    },
    close: () => model.database.close(),
    meter: () => model.meter.readings(),
    resetMeter: () => model.meter.reset(),
  }
}

export function createDynamoDbStreams(context: CloudContext): DynamoDbStreams {
  const model = modelOf(context)
  return {
    name: 'streams',
    actions: streamActions(model),
    resources: {},
    onRecords: (streamArn, listener) => model.streams.onRecords(streamArn, listener),
    causeOf: (streamArn, sequenceNumber) => model.streams.causeOf(streamArn, sequenceNumber),
  }
}
