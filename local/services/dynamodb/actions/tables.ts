import type {
  CreateTableCommandInput,
  CreateTableCommandOutput,
  DeleteTableCommandInput,
  DeleteTableCommandOutput,
  DescribeTableCommandInput,
  DescribeTableCommandOutput,
  ListTablesCommandInput,
  ListTablesCommandOutput,
  UpdateTableCommandInput,
  UpdateTableCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, NAME_PATTERN, newTableName } from '../constraints.ts'
import { invalidParameter } from '../errors.ts'
import type { Model } from '../model.ts'
import { describeTable } from '../tables/describe.ts'
import { checkNewTable } from '../tables/rules.ts'
import { ShapeChecks } from '../tables/shape-checks.ts'
import type { Table } from '../tables/table.ts'
import { updateTable } from '../tables/update-table.ts'
import { checkedPolicy, newRevision } from './policies.ts'
import { checkTags } from './tags.ts'

const described = (model: Model, table: Table) => describeTable(table, model.streams.ofTable(table))

const MAX_LISTED = 100
const ENCRYPTIONS = ['AES256', 'KMS']

const createTable = (model: Model): Action =>
  action<CreateTableCommandInput, CreateTableCommandOutput>({
    accepts: [
      'TableName',
      'AttributeDefinitions',
      'KeySchema',
      'LocalSecondaryIndexes',
      'GlobalSecondaryIndexes',
      'BillingMode',
      'ProvisionedThroughput',
      'OnDemandThroughput',
      'StreamSpecification',
      'SSESpecification',
      'TableClass',
      'DeletionProtectionEnabled',
      'Tags',
      'ResourcePolicy',
    ],
    access: (input) => [
      tableAccess(model, 'CreateTable', input.TableName),
      ...(input.Tags?.length ? [tableAccess(model, 'TagResource', input.TableName)] : []),
      ...(input.ResourcePolicy !== undefined ? [tableAccess(model, 'PutResourcePolicy', input.TableName)] : []),
    ],
    run(input) {
      const name = newTableName(input.TableName)
      const checks = new ShapeChecks()
        .attributeDefinitions(input.AttributeDefinitions)
        .keySchema('keySchema', input.KeySchema)
        .oneOf('billingMode', input.BillingMode, ['PROVISIONED', 'PAY_PER_REQUEST'])
        .throughput('provisionedThroughput', input.ProvisionedThroughput)
        .oneOf('sSESpecification.sSEType', input.SSESpecification?.SSEType, ENCRYPTIONS)
      checkStream(checks, input)
      for (const [at, index] of (input.GlobalSecondaryIndexes ?? []).entries())
        checks.index(`globalSecondaryIndexes.${at + 1}.member`, index)
      for (const [at, index] of (input.LocalSecondaryIndexes ?? []).entries())
        checks.index(`localSecondaryIndexes.${at + 1}.member`, index)
      checks.done()
      checkNewTable(input)
      checkStreamIsOn(input, 'Table is being created with a stream disabled, UpdateViewType should not be specified')
      checkTags(input.Tags)
      const policy = input.ResourcePolicy === undefined ? undefined : checkedPolicy(input.ResourcePolicy)
      const table = model.tables.create(name, input)
      if (policy !== undefined) {
        table.state.policy = { document: policy, revision: newRevision(model.context) }
        model.tables.save(table)
      }
      return { TableDescription: described(model, table) }
    },
  })

function checkStream(checks: ShapeChecks, input: CreateTableCommandInput | UpdateTableCommandInput): void {
  const stream = input.StreamSpecification
  if (!stream) return
  checks.present('streamSpecification.streamEnabled', stream.StreamEnabled)
  const views = ['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']
  checks.oneOf('streamSpecification.streamViewType', stream.StreamViewType, views)
  if (stream.StreamEnabled) checks.present('streamSpecification.streamViewType', stream.StreamViewType)
}

function checkStreamIsOn(
  { StreamSpecification: stream }: CreateTableCommandInput | UpdateTableCommandInput,
  otherwise: string,
): void {
  if (stream?.StreamEnabled === false && stream.StreamViewType !== undefined) throw invalidParameter(otherwise)
}

const changeTable = (model: Model): Action =>
  action<UpdateTableCommandInput, UpdateTableCommandOutput>({
    accepts: [
      'TableName',
      'AttributeDefinitions',
      'BillingMode',
      'ProvisionedThroughput',
      'OnDemandThroughput',
      'GlobalSecondaryIndexUpdates',
      'StreamSpecification',
      'SSESpecification',
      'TableClass',
      'DeletionProtectionEnabled',
    ],
    access: (input) => [tableAccess(model, 'UpdateTable', input.TableName)],
    run(input) {
      const name = newTableName(input.TableName)
      const checks = new ShapeChecks()
        .oneOf('billingMode', input.BillingMode, ['PROVISIONED', 'PAY_PER_REQUEST'])
        .throughput('provisionedThroughput', input.ProvisionedThroughput)
        .oneOf('sSESpecification.sSEType', input.SSESpecification?.SSEType, ENCRYPTIONS)
      if (input.AttributeDefinitions) checks.attributeDefinitions(input.AttributeDefinitions)
      checkStream(checks, input)
      for (const [at, update] of (input.GlobalSecondaryIndexUpdates ?? []).entries()) {
        const path = `globalSecondaryIndexUpdates.${at + 1}.member`
        if (update.Create) checks.index(`${path}.create`, update.Create)
        if (update.Delete) checks.indexName(`${path}.delete`, update.Delete.IndexName)
        if (update.Update) checks.indexName(`${path}.update`, update.Update.IndexName)
      }
      checks.done()
      checkStreamIsOn(input, 'StreamViewType can only be specified when StreamEnabled is true')
      updateTable(name, input, model)
      return { TableDescription: described(model, model.tables.named(name)) }
    },
  })

const deleteTable = (model: Model): Action =>
  action<DeleteTableCommandInput, DeleteTableCommandOutput>({
    accepts: ['TableName'],
    access: (input) => [tableAccess(model, 'DeleteTable', input.TableName)],
    run(input) {
      const table = model.tables.delete(newTableName(input.TableName))
      const { AttributeDefinitions, KeySchema, CreationDateTime, ...others } = described(model, table)
      const { LocalSecondaryIndexes, GlobalSecondaryIndexes, ...kept } = others
      return { TableDescription: kept }
    },
  })

const describe = (model: Model): Action =>
  action<DescribeTableCommandInput, DescribeTableCommandOutput>({
    accepts: ['TableName'],
    access: (input) => [tableAccess(model, 'DescribeTable', input.TableName)],
    run: (input) => ({ Table: described(model, model.tables.named(newTableName(input.TableName))) }),
  })

const listTables = (model: Model): Action =>
  action<ListTablesCommandInput, ListTablesCommandOutput>({
    accepts: ['ExclusiveStartTableName', 'Limit'],
    access: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
    run(input) {
      new Constraints()
        .length('exclusiveStartTableName', input.ExclusiveStartTableName, 3, 255)
        .matches('exclusiveStartTableName', input.ExclusiveStartTableName, NAME_PATTERN)
        .between('limit', input.Limit, 1, MAX_LISTED)
        .done()
      const start = input.ExclusiveStartTableName
      const names = model.tables.names().filter((name) => start === undefined || name > start)
      const listed = names.slice(0, input.Limit ?? MAX_LISTED)
      return {
        TableNames: listed,
        ...(listed.length < names.length && { LastEvaluatedTableName: listed.at(-1) }),
      }
    },
  })

export const tableActions = (model: Model): Record<string, Action> => ({
  CreateTable: createTable(model),
  UpdateTable: changeTable(model),
  DeleteTable: deleteTable(model),
  DescribeTable: describe(model),
  ListTables: listTables(model),
})
