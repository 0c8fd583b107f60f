import type { CreateTableInput, GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb'
import { NotSimulated } from '../../../errors.ts'
import type { Properties, ResourceType } from '../../../service.ts'
import { invalid } from '../errors.ts'
import type { Model } from '../model.ts'
import {
  boolean,
  globalIndexes,
  list,
  number,
  object,
  onlyKnown,
  policyOf,
  tableInput,
  tagsOf,
  text,
} from './convert.ts'
import { createTable, deleteTable, type TableParts, updateTable } from './lifecycle.ts'
import { recoveryOf, ttlOf } from './table.ts'

/** What a replica may say: the second list only measures. */
const replicaMembers = [
  'Region',
  'DeletionProtectionEnabled',
  'GlobalSecondaryIndexes',
  'ReadProvisionedThroughputSettings',
  'ReadOnDemandThroughputSettings',
  'ResourcePolicy',
  'SSESpecification',
  'TableClass',
  'Tags',
  'PointInTimeRecoverySpecification',
]
const replicaWithoutEffect = ['ContributorInsightsSpecification']

/** The resource type of CDK's TableV2: a table with exactly one replica, in the region of the stack. */
export const globalTableResource = (model: Model): ResourceType => ({
  properties: [
    'TableName',
    'AttributeDefinitions',
    'KeySchema',
    'LocalSecondaryIndexes',
    'GlobalSecondaryIndexes',
    'BillingMode',
    'Replicas',
    'SSESpecification',
    'StreamSpecification',
    'TimeToLiveSpecification',
    'WriteProvisionedThroughputSettings',
    'WriteOnDemandThroughputSettings',
  ],
  noEffect: { WarmThroughput: 'A local table is never throttled.' },
  create: async (properties, resource) =>
    createTable(model, partsOf(model, properties, text(properties.TableName) ?? resource.physicalName(255))),
  update: async (name, properties, previous) =>
    updateTable(model, name, partsOf(model, properties, name), partsOf(model, previous, name)),
  delete: (name) => deleteTable(model, name),
})

function partsOf(model: Model, properties: Properties, name: string): TableParts {
  const replica = onlyReplica(model, properties)
  const onDemand = text(properties.BillingMode) === 'PAY_PER_REQUEST'
  const global = indexesOf(properties, replica, onDemand)
  const encryption = encryptionOf(properties, replica)
  const input: CreateTableInput = {
    ...tableInput(properties, name),
    ...(global && { GlobalSecondaryIndexes: global }),
    ...(!onDemand && {
      ProvisionedThroughput: {
        WriteCapacityUnits: capacity(properties.WriteProvisionedThroughputSettings, 'Write'),
        ReadCapacityUnits: capacity(replica.ReadProvisionedThroughputSettings, 'Read'),
      },
    }),
    ...maximum(properties, replica),
    ...(encryption && { SSESpecification: encryption }),
    ...(replica.TableClass !== undefined && { TableClass: text(replica.TableClass) as 'STANDARD' }),
    ...(replica.DeletionProtectionEnabled !== undefined && {
      DeletionProtectionEnabled: boolean(replica.DeletionProtectionEnabled),
    }),
  }
  return {
    input,
    tags: tagsOf(replica.Tags),
    policy: policyOf(replica.ResourcePolicy),
    ttl: ttlOf(properties),
    recovery: recoveryOf(replica),
  }
}

function onlyReplica(model: Model, properties: Properties): Properties {
  const [replica, ...others] = list(properties.Replicas)
  if (!replica || others.length > 0)
    throw new NotSimulated(
      `a GlobalTable with ${list(properties.Replicas).length} replicas`,
      'It has one region: give the table exactly one replica here, and more only where it is deployed to AWS.',
    )
  onlyKnown('Replicas', replica, [...replicaMembers, ...replicaWithoutEffect])
  if (text(replica.Region) !== model.context.region)
    throw invalid(`Replica ${text(replica.Region)} is not in the region of the stack, ${model.context.region}`)
  return replica
}

function indexesOf(properties: Properties, replica: Properties, onDemand: boolean): GlobalSecondaryIndex[] | undefined {
  const settings = ['WriteProvisionedThroughputSettings', 'WriteOnDemandThroughputSettings', 'WarmThroughput']
  if (properties.GlobalSecondaryIndexes === undefined) return undefined
  const plain = list(properties.GlobalSecondaryIndexes).map((index) => {
    const { IndexName, KeySchema, Projection, ...rest } = index
    onlyKnown('GlobalSecondaryIndexes', rest, settings)
    return { IndexName, KeySchema, Projection }
  })
  const indexes = globalIndexes(plain) ?? []
  if (onDemand) return indexes
  return indexes.map((index, at) => {
    const ofReplica = list(replica.GlobalSecondaryIndexes).find((each) => each.IndexName === index.IndexName)
    return {
      ...index,
      ProvisionedThroughput: {
        WriteCapacityUnits: capacity(
          list(properties.GlobalSecondaryIndexes)[at]?.WriteProvisionedThroughputSettings,
          'Write',
        ),
        ReadCapacityUnits: capacity(ofReplica?.ReadProvisionedThroughputSettings, 'Read'),
      },
    }
  })
}

/** Fixed units, or what automatic scaling starts from. */
function capacity(settings: unknown, kind: 'Read' | 'Write'): number | undefined {
  const given = object(settings)
  const scaling = object(given?.[`${kind}CapacityAutoScalingSettings`])
  return number(given?.[`${kind}CapacityUnits`] ?? scaling?.SeedCapacity ?? scaling?.MinCapacity)
}

function maximum(properties: Properties, replica: Properties): Pick<CreateTableInput, 'OnDemandThroughput'> {
  const write = object(properties.WriteOnDemandThroughputSettings)?.MaxWriteRequestUnits
  const read = object(replica.ReadOnDemandThroughputSettings)?.MaxReadRequestUnits
  if (write === undefined && read === undefined) return {}
  return { OnDemandThroughput: { MaxWriteRequestUnits: number(write), MaxReadRequestUnits: number(read) } }
}

function encryptionOf(properties: Properties, replica: Properties): CreateTableInput['SSESpecification'] {
  const given = object(properties.SSESpecification)
  onlyKnown('SSESpecification', given, ['SSEEnabled', 'SSEType'])
  if (!given) return undefined
  const key = text(object(replica.SSESpecification)?.KMSMasterKeyId)
  return { Enabled: boolean(given.SSEEnabled), SSEType: 'KMS', ...(key !== undefined && { KMSMasterKeyId: key }) }
}
