import type {
  CreateTableInput,
  GlobalSecondaryIndex,
  PointInTimeRecoverySpecification,
  Tag,
  UpdateTableInput,
} from '@aws-sdk/client-dynamodb'
import type { CreatedResource } from '../../../service.ts'
import type { Model } from '../model.ts'

/** A table as a template describes it, by the calls that make it so. */
export interface TableParts {
  readonly input: CreateTableInput
  readonly tags: readonly Tag[]
  readonly policy: string | undefined
  readonly ttl: string | undefined
  readonly recovery: PointInTimeRecoverySpecification | undefined
}

export async function createTable(
  model: Model,
  { input, tags, policy, ttl, recovery }: TableParts,
): Promise<CreatedResource> {
  const name = input.TableName as string
  await call(model, 'CreateTable', {
    ...input,
    ...(tags.length > 0 && { Tags: [...tags] }),
    ...(policy !== undefined && { ResourcePolicy: policy }),
  })
  settle(model, name)
  if (ttl !== undefined) await setTtl(model, name, ttl, true)
  if (recovery) await setRecovery(model, name, recovery)
  return created(model, name)
}

/** Applies a changed template; `undefined` where CloudFormation would make a new table. */
export async function updateTable(
  model: Model,
  name: string,
  parts: TableParts,
  previous: TableParts,
): Promise<CreatedResource | undefined> {
  const fixed = ({ input }: TableParts) =>
    JSON.stringify([input.TableName, input.KeySchema, input.LocalSecondaryIndexes])
  if (fixed(parts) !== fixed(previous)) return undefined
  for (const change of changes(parts.input, previous.input)) {
    await call(model, 'UpdateTable', { TableName: name, ...change })
    settle(model, name)
  }
  if (previous.ttl !== parts.ttl) {
    if (previous.ttl !== undefined) await setTtl(model, name, previous.ttl, false)
    if (parts.ttl !== undefined) await setTtl(model, name, parts.ttl, true)
  }
  if (JSON.stringify(previous.recovery) !== JSON.stringify(parts.recovery))
    await setRecovery(model, name, parts.recovery ?? { PointInTimeRecoveryEnabled: false })
  await updateTags(model, name, parts.tags, previous.tags)
  await updatePolicy(model, name, parts.policy, previous.policy)
  return created(model, name)
}

export async function deleteTable(model: Model, name: string): Promise<void> {
  const table = model.tables.find(name)
  if (!table) return
  await call(model, 'DeleteTable', { TableName: name })
  model.tables.remove(table)
}

/** Updates of a table that go one by one, as CloudFormation makes them. */
function changes(input: CreateTableInput, previous: CreateTableInput): Partial<UpdateTableInput>[] {
  const changed = <K extends keyof CreateTableInput & keyof UpdateTableInput>(...names: K[]) =>
    names.some((name) => JSON.stringify(input[name]) !== JSON.stringify(previous[name]))
      ? [Object.fromEntries(names.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])))]
      : []
  const stream = changed('StreamSpecification').flatMap(() => [
    ...(previous.StreamSpecification ? [{ StreamSpecification: { StreamEnabled: false } }] : []),
    ...(input.StreamSpecification ? [{ StreamSpecification: input.StreamSpecification }] : []),
  ])
  const { gone, resized, come } = indexChanges(input, previous)
  const sizes = resized.length > 0 ? [{ GlobalSecondaryIndexUpdates: resized }] : []
  const flips = input.BillingMode !== previous.BillingMode
  const billing = changed('BillingMode', 'ProvisionedThroughput').map((each) =>
    flips ? { ...each, ...sizes[0] } : each,
  )
  return [
    ...gone,
    ...billing,
    ...(flips ? [] : sizes),
    ...stream,
    ...changed('SSESpecification'),
    ...changed('TableClass'),
    ...changed('OnDemandThroughput'),
    ...changed('DeletionProtectionEnabled'),
    ...come,
  ].filter((change) => Object.keys(change).length > 0)
}

/** Indexes go before all else changes and come after it: a table that leaves on-demand tells the capacity of each it has. */
function indexChanges(input: CreateTableInput, previous: CreateTableInput) {
  const [now, before] = [input.GlobalSecondaryIndexes ?? [], previous.GlobalSecondaryIndexes ?? []]
  const build = ({ ProvisionedThroughput, ...others }: GlobalSecondaryIndex) => JSON.stringify(others)
  const stays = now.filter((index) => before.some((other) => build(other) === build(index)))
  const resized = stays.filter(
    (index) => index.ProvisionedThroughput && !before.some((other) => JSON.stringify(other) === JSON.stringify(index)),
  )
  return {
    gone: before
      .filter((index) => !now.some((other) => build(other) === build(index)))
      .map(({ IndexName }) => ({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] })),
    resized: resized.map(({ IndexName, ProvisionedThroughput }) => ({ Update: { IndexName, ProvisionedThroughput } })),
    come: now
      .filter((index) => !stays.includes(index))
      .map((index) => ({
        AttributeDefinitions: input.AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [{ Create: index }],
      })),
  }
}

/** CloudFormation is done with a table when it is ACTIVE; the wait for that takes no time here. */
function settle(model: Model, name: string): void {
  model.tables.activate(model.tables.named(name))
}

function setTtl(model: Model, name: string, attribute: string, enabled: boolean): Promise<object> {
  const TimeToLiveSpecification = { AttributeName: attribute, Enabled: enabled }
  return call(model, 'UpdateTimeToLive', { TableName: name, TimeToLiveSpecification })
}

const setRecovery = (model: Model, name: string, asked: PointInTimeRecoverySpecification): Promise<object> =>
  call(model, 'UpdateContinuousBackups', { TableName: name, PointInTimeRecoverySpecification: asked })

async function updateTags(model: Model, name: string, tags: readonly Tag[], previous: readonly Tag[]): Promise<void> {
  const ResourceArn = model.tables.arn(name)
  const keys = new Set(tags.map(({ Key }) => Key))
  const gone = previous.flatMap(({ Key }) => (Key === undefined || keys.has(Key) ? [] : [Key]))
  if (gone.length > 0) await call(model, 'UntagResource', { ResourceArn, TagKeys: gone })
  if (tags.length > 0) await call(model, 'TagResource', { ResourceArn, Tags: [...tags] })
}

async function updatePolicy(
  model: Model,
  name: string,
  policy: string | undefined,
  previous: string | undefined,
): Promise<void> {
  const ResourceArn = model.tables.arn(name)
  if (policy === previous) return
  if (policy === undefined) await call(model, 'DeleteResourcePolicy', { ResourceArn })
  else await call(model, 'PutResourcePolicy', { ResourceArn, Policy: policy })
}

function created(model: Model, name: string): CreatedResource {
  const table = model.tables.named(name)
  const stream = model.streams.ofTable(table)
  return {
    ref: name,
    attributes: {
      Arn: table.state.arn,
      TableId: table.state.id,
      ...(stream?.status === 'ENABLED' && { StreamArn: stream.arn }),
    },
  }
}

const call = <I extends object>(model: Model, action: string, input: I): Promise<object> =>
  model.context.call({ caller: model.context.administrator, service: 'dynamodb', action, input })
