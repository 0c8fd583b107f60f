import type {
  AttributeDefinition,
  CreateTableInput,
  KeySchemaElement,
  Projection as ProjectionInput,
  ProvisionedThroughput,
  SSESpecification,
} from '@aws-sdk/client-dynamodb'
import type { KeyType } from '../values/value.ts'
import {
  type Index,
  type KeyAttribute,
  type KeySchema,
  type Projection,
  projectedAttributes,
  type Throughput,
} from './schema.ts'
import type { TableState } from './table.ts'

interface Identity {
  readonly number: number
  readonly name: string
  readonly arn: string
  readonly id: string
  readonly now: number
}

/** The state of a table whose request has passed all checks. */
export function newTableState(input: CreateTableInput, identity: Identity): TableState {
  const attributes = attributesOf(input.AttributeDefinitions ?? [])
  const key = keySchemaOf(input.KeySchema ?? [], attributes)
  const onDemand = input.BillingMode === 'PAY_PER_REQUEST'
  const indexes = [
    ...(input.LocalSecondaryIndexes ?? []).map((index) => ({ kind: 'local' as const, index })),
    ...(input.GlobalSecondaryIndexes ?? []).map((index) => ({ kind: 'global' as const, index })),
  ]
  const { now, ...named } = identity
  return {
    ...named,
    createdAt: now,
    key,
    status: 'CREATING',
    attributes,
    indexes: indexes.map(({ kind, index }, number) => newIndex(kind, index, key, attributes, number)),
    nextIndexNumber: indexes.length,
    billing: onDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    onDemandSince: onDemand ? now : undefined,
    throughput: throughputOf(input.ProvisionedThroughput),
    maximumThroughput: input.OnDemandThroughput && {
      read: input.OnDemandThroughput.MaxReadRequestUnits ?? -1,
      write: input.OnDemandThroughput.MaxWriteRequestUnits ?? -1,
    },
    tableClass: input.TableClass,
    encryptionKey: encryptionKeyOf(input.SSESpecification, identity.arn),
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    tags: Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key as string, Value as string])),
  }
}

/** ARN of the key that encrypts a table of that ARN; `undefined` for the one that AWS owns. */
export function encryptionKeyOf(asked: SSESpecification | undefined, tableArn: string): string | undefined {
  if (!asked?.Enabled) return undefined
  const id = asked.KMSMasterKeyId ?? 'alias/aws/dynamodb'
  if (id.startsWith('arn:')) return id
  const [partition, , region, account] = tableArn.split(':').slice(1)
  return `arn:${partition}:kms:${region}:${account}:${id.startsWith('alias/') ? id : `key/${id}`}`
}

export const attributesOf = (definitions: readonly AttributeDefinition[]): KeyAttribute[] =>
  definitions.map(({ AttributeName, AttributeType }) => ({
    name: AttributeName as string,
    type: AttributeType as KeyType,
  }))

function keySchemaOf(schema: readonly KeySchemaElement[], attributes: readonly KeyAttribute[]): KeySchema {
  const ofType = (type: KeySchemaElement['KeyType']) =>
    schema
      .filter(({ KeyType }) => KeyType === type)
      .flatMap(({ AttributeName }) => attributes.filter(({ name }) => name === AttributeName))
  return { hash: ofType('HASH') as [KeyAttribute], range: ofType('RANGE') }
}

export const throughputOf = (throughput: ProvisionedThroughput | undefined): Throughput => ({
  read: throughput?.ReadCapacityUnits ?? 0,
  write: throughput?.WriteCapacityUnits ?? 0,
})

interface IndexInput {
  readonly IndexName?: string | undefined
  readonly KeySchema?: readonly KeySchemaElement[] | undefined
  readonly Projection?: ProjectionInput | undefined
  readonly ProvisionedThroughput?: ProvisionedThroughput | undefined
}

export function newIndex(
  kind: Index['kind'],
  input: IndexInput,
  table: KeySchema,
  attributes: readonly KeyAttribute[],
  number: number,
): Index {
  const key = keySchemaOf(input.KeySchema ?? [], attributes)
  const projection: Projection = {
    type: input.Projection?.ProjectionType ?? 'ALL',
    nonKey: input.Projection?.NonKeyAttributes ?? [],
  }
  return {
    kind,
    name: input.IndexName as string,
    key,
    projection,
    status: 'CREATING',
    throughput: throughputOf(input.ProvisionedThroughput),
    attributes: projectedAttributes(table, key, projection),
    number,
  }
}
