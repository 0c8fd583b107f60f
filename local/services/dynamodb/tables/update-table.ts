import type {
  AttributeDefinition,
  GlobalSecondaryIndexUpdate,
  KeySchemaElement,
  UpdateTableInput,
} from '@aws-sdk/client-dynamodb'
import { AwsError } from '../../../errors.ts'
import type { CloudContext } from '../../../service.ts'
import { invalid, invalidParameter } from '../errors.ts'
import type { StreamView } from '../streams/stream.ts'
import type { Streams } from '../streams/streams.ts'
import { attributesOf, encryptionKeyOf, newIndex, throughputOf } from './make-state.ts'
import {
  ADDED,
  checkIndexBilling,
  checkKeySchema,
  checkProjection,
  checkTableClass,
  checkThroughputBounds,
  MAX_GLOBAL_INDEXES,
  MAX_KEY_ATTRIBUTES,
} from './rules.ts'
import { keyAttributes } from './schema.ts'
import type { Table } from './table.ts'
import { checkNotBusy, type Tables } from './tables.ts'
import { checkBilling, checkCapacityChanges, checkChanges } from './update-rules.ts'

interface Parts {
  readonly context: CloudContext
  readonly tables: Tables
  readonly streams: Streams
}

/** Applies an UpdateTable whose members have been checked one by one. */
export function updateTable(name: string, input: UpdateTableInput, parts: Parts): void {
  checkTableClass(input.TableClass)
  checkChanges(input)
  if (input.BillingMode === 'PROVISIONED' && !input.ProvisionedThroughput)
    throw invalidParameter('ProvisionedThroughput must be specified when BillingMode is PROVISIONED')
  if (input.ProvisionedThroughput) checkThroughputBounds(input.ProvisionedThroughput)
  const table = parts.tables.named(name)
  checkNotBusy(table)
  checkBilling(table, input)
  updateStream(table, input, parts.streams)
  updateBilling(table, input, parts.context)
  for (const update of input.GlobalSecondaryIndexUpdates ?? []) updateIndex(table, update, input)
  updateSettings(table, input, parts.context)
  parts.tables.beginUpdate(table)
}

function updateStream(table: Table, input: UpdateTableInput, streams: Streams): void {
  const asked = input.StreamSpecification
  if (!asked) return
  if (asked.StreamEnabled && streams.isEnabled(table))
    throw invalid(`Table already has an enabled stream: TableName: ${table.name}`)
  if (!asked.StreamEnabled && !streams.isEnabled(table))
    throw invalid(`Table has no stream to disable: TableName: ${table.name}`)
  if (asked.StreamEnabled) streams.enable(table, asked.StreamViewType as StreamView)
  else streams.disable(table)
}

function updateBilling({ state }: Table, input: UpdateTableInput, context: CloudContext): void {
  if (input.BillingMode === 'PAY_PER_REQUEST' && state.billing !== 'PAY_PER_REQUEST') {
    state.billing = 'PAY_PER_REQUEST'
    state.onDemandSince = context.kernel.clock.now()
    state.throughput = { read: 0, write: 0 }
    for (const index of state.indexes) index.throughput = { read: 0, write: 0 }
  } else if (input.BillingMode === 'PROVISIONED') state.billing = 'PROVISIONED'
  if (input.ProvisionedThroughput) state.throughput = throughputOf(input.ProvisionedThroughput)
}

function updateIndex(table: Table, update: GlobalSecondaryIndexUpdate, input: UpdateTableInput): void {
  if (update.Create) createIndex(table, update.Create, input)
  else if (update.Delete) globalIndex(table, update.Delete.IndexName as string, 'delete').status = 'DELETING'
  else if (update.Update) {
    const { IndexName, ProvisionedThroughput } = update.Update
    const index = globalIndex(table, IndexName as string, 'update')
    if (ProvisionedThroughput) {
      checkCapacityChanges(`index ${index.name}`, index.throughput, ProvisionedThroughput)
      index.throughput = throughputOf(ProvisionedThroughput)
    }
    index.status = 'UPDATING'
  }
}

function globalIndex(table: Table, name: string, action: 'update' | 'delete') {
  const index = table.index(name)
  if (index?.kind === 'local') throw invalid(`Cannot ${action} an index that is not a GlobalSecondaryIndex: ${name}`)
  if (!index) throw new AwsError('ResourceNotFoundException', 'Requested resource not found')
  return index
}

function createIndex(
  table: Table,
  create: NonNullable<GlobalSecondaryIndexUpdate['Create']>,
  input: UpdateTableInput,
): void {
  const { state } = table
  // The request itself defines all of the new key; what is of the table's own key stays of its type
  // (recorded by dynamodb-conformance, eu-west-2, 2026-07).
  const defined = input.AttributeDefinitions
  if (!defined) throw invalidParameter(`AttributeDefinitions is not specified for index: ${create.IndexName}`)
  checkKeySchema(create.KeySchema ?? [], defined, MAX_KEY_ATTRIBUTES)
  checkNotRedefined(table, create.KeySchema ?? [], defined)
  const known = new Map(state.attributes.map((attribute) => [attribute.name, attribute]))
  for (const attribute of attributesOf(defined)) if (!known.has(attribute.name)) known.set(attribute.name, attribute)
  const attributes = [...known.values()]
  checkProjection(create.Projection)
  checkIndexBilling(create, state.billing === 'PAY_PER_REQUEST', ADDED)
  if (table.index(create.IndexName as string)) throw invalid(`Attempting to create an index which already exists`)
  if (state.indexes.filter(({ kind }) => kind === 'global').length >= MAX_GLOBAL_INDEXES)
    throw invalidParameter(`GlobalSecondaryIndex count exceeds the per-table limit of ${MAX_GLOBAL_INDEXES}`)
  const index = newIndex('global', create, state.key, attributes, state.nextIndexNumber)
  state.nextIndexNumber += 1
  state.indexes = [...state.indexes, index]
  const used = new Set(
    [state.key, ...state.indexes.map(({ key }) => key)].flatMap(keyAttributes).map(({ name }) => name),
  )
  state.attributes = attributes.filter(({ name }) => used.has(name))
}

/** The keys of two indexes cannot differ in the type of an attribute (recorded by alternator's tests). */
function checkNotRedefined(
  table: Table,
  schema: readonly KeySchemaElement[],
  defined: readonly AttributeDefinition[],
): void {
  const types = new Map(defined.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]))
  for (const index of table.indexes) {
    if (keyAttributes(index.key).every(({ name, type }) => (types.get(name) ?? type) === type)) continue
    const existing = [...index.key.hash.map((key) => schemaText(key.name, key.type, 'HASH'))]
    existing.push(...index.key.range.map((key) => schemaText(key.name, key.type, 'RANGE')))
    const wanted = schema.map(({ AttributeName, KeyType }) =>
      schemaText(AttributeName, types.get(AttributeName), KeyType),
    )
    throw invalidParameter(
      `Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: Schema:[${existing.join(', ')}] New schema: Schema:[${wanted.join(', ')}]`,
    )
  }
}

const schemaText = (name: string | undefined, type: string | undefined, kind: string | undefined): string =>
  `SchemaElement: key{${name}:${type}:${kind}}`

function updateSettings(table: Table, input: UpdateTableInput, context: CloudContext): void {
  const { state } = table
  if (input.DeletionProtectionEnabled !== undefined) state.deletionProtection = input.DeletionProtectionEnabled
  if (input.TableClass !== undefined) {
    if (input.TableClass !== (state.tableClass ?? 'STANDARD')) state.tableClassChanged = context.kernel.clock.now()
    state.tableClass = input.TableClass
  }
  if (input.OnDemandThroughput)
    state.maximumThroughput = {
      read: input.OnDemandThroughput.MaxReadRequestUnits ?? -1,
      write: input.OnDemandThroughput.MaxWriteRequestUnits ?? -1,
    }
  if (input.SSESpecification) state.encryptionKey = encryptionKeyOf(input.SSESpecification, state.arn)
}
