import type { GlobalSecondaryIndexUpdate, UpdateTableInput } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../../../errors.ts'
import { invalid, invalidParameter } from '../errors.ts'
import type { Index } from './schema.ts'
import type { Table } from './table.ts'

/*
 * What one UpdateTable may ask for. Texts and rules as the engineers of aws-controllers-k8s measured them (us-west-2 and
 * us-east-1, 2026-10).
 */

type Change = Exclude<keyof UpdateTableInput, 'TableName' | 'AttributeDefinitions' | undefined>

const CHANGES: readonly Change[] = [
  'ProvisionedThroughput',
  'BillingMode',
  'StreamSpecification',
  'GlobalSecondaryIndexUpdates',
  'SSESpecification',
  'DeletionProtectionEnabled',
  'OnDemandThroughput',
  'TableClass',
]

/** Changes that no other may go with, and what AWS calls them. */
const ALONE: readonly (readonly [Change, string])[] = [
  ['SSESpecification', 'Server-Side Encryption'],
  ['TableClass', 'TableClass'],
  ['DeletionProtectionEnabled', 'DeletionProtection'],
]

/** @throws AwsError where the request changes nothing, or what cannot be changed at once */
export function checkChanges(input: UpdateTableInput): void {
  const updates = input.GlobalSecondaryIndexUpdates
  const asked = CHANGES.filter((name) => input[name] !== undefined)
  if (asked.length === 0 || (asked.length === 1 && updates?.length === 0))
    throw invalid(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required',
    )
  if (updates?.length === 0) throw invalidParameter('List of GlobalSecondaryIndexUpdates is empty')
  for (const [change, name] of ALONE)
    if (asked.includes(change) && asked.length > 1)
      throw invalidParameter(`${name} modification must be the only operation in the request`)
  if (input.OnDemandThroughput && asked.some((name) => name !== 'OnDemandThroughput' && name !== 'BillingMode'))
    throw invalidParameter('OnDemandThroughput can only be combined with BillingMode in an UpdateTable request')
  checkTogether(input, updates ?? [])
  checkIndexUpdates(updates ?? [])
}

function checkTogether(input: UpdateTableInput, updates: readonly GlobalSecondaryIndexUpdate[]): void {
  const changesIndexes = updates.some(({ Create, Delete }) => Create ?? Delete)
  // A table that goes to provisioned capacity says how much, and may well have its indexes changed with it.
  const changesCapacity = input.ProvisionedThroughput !== undefined && input.BillingMode === undefined
  if (changesIndexes && changesCapacity)
    throw invalidParameter('You cannot create or delete index while updating table IOPS')
  if (changesIndexes && input.StreamSpecification)
    throw invalidParameter('You cannot create or delete index while changing stream status')
  if (changesCapacity && input.StreamSpecification)
    throw invalidParameter('You cannot modify stream status while updating table IOPS')
}

function checkIndexUpdates(updates: readonly GlobalSecondaryIndexUpdate[]): void {
  const seen = new Set<string>()
  for (const update of updates) {
    const name = (update.Update ?? update.Create ?? update.Delete)?.IndexName
    if (name === undefined)
      throw invalidParameter(
        'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null',
      )
    if ([update.Update, update.Create, update.Delete].filter(Boolean).length > 1)
      throw invalidParameter('Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object')
    if (seen.has(name))
      throw invalidParameter(
        `Only one global secondary index update per index is allowed simultaneously. Index: ${name}`,
      )
    seen.add(name)
  }
  if (updates.filter(({ Create, Delete }) => Create ?? Delete).length > 1)
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    )
}

/** @throws AwsError where the capacity asked for, of the table or its indexes, does not go with its billing */
export function checkBilling({ state }: Table, input: UpdateTableInput): void {
  const onDemand = (input.BillingMode ?? state.billing) === 'PAY_PER_REQUEST'
  const asked = input.ProvisionedThroughput
  if (asked && onDemand)
    throw invalidParameter(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    )
  const updates = (input.GlobalSecondaryIndexUpdates ?? []).flatMap(({ Update }) => Update ?? [])
  const refused = updates.find(({ ProvisionedThroughput }) => ProvisionedThroughput)
  if (onDemand && refused)
    throw invalidParameter(
      `The only Updates for index: ${refused.IndexName} when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput`,
    )
  if (!onDemand && state.billing === 'PAY_PER_REQUEST') {
    const told = new Set(updates.filter((each) => each.ProvisionedThroughput).map(({ IndexName }) => IndexName))
    const untold = state.indexes.filter(({ kind, name }) => kind === 'global' && !told.has(name))
    if (untold.length > 0)
      throw invalidParameter(
        `ProvisionedThroughput must be specified for index: ${untold.map(({ name }) => name).join(',')}`,
      )
  }
  if (asked && updates.length === 0) checkCapacityChanges('table', state.throughput, asked)
}

/** @throws AwsError where an update leaves the capacity as it is */
export function checkCapacityChanges(
  subject: string,
  { read, write }: Index['throughput'],
  asked: NonNullable<UpdateTableInput['ProvisionedThroughput']>,
): void {
  if (asked.ReadCapacityUnits !== read || asked.WriteCapacityUnits !== write) return
  const kind = subject.split(' ')[0]
  throw invalid(
    `The provisioned throughput for the ${subject} will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the ${kind}: ${read}. Requested ReadCapacityUnits: ${read}. Current WriteCapacityUnits provisioned for the ${kind}: ${write}. Requested WriteCapacityUnits: ${write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
  )
}
