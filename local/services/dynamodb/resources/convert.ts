import type {
  CreateTableInput,
  GlobalSecondaryIndex,
  LocalSecondaryIndex,
  StreamViewType,
} from '@aws-sdk/client-dynamodb'
import { NotSimulated } from '../../../errors.ts'
import type { Properties } from '../../../service.ts'

/** A property that must be as CloudFormation's schema says; templates carry numbers and booleans as text, too. */
export const number = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value))

export const boolean = (value: unknown): boolean | undefined =>
  value === undefined ? undefined : value === true || value === 'true'

export const text = (value: unknown): string | undefined => (value === undefined ? undefined : String(value))

export const object = (value: unknown): Properties | undefined =>
  typeof value === 'object' && value !== null ? (value as Properties) : undefined

export const list = (value: unknown): readonly Properties[] => (Array.isArray(value) ? (value as Properties[]) : [])

/** @throws AwsError naming a member outside of those that have an effect, or are known to have none */
export function onlyKnown(where: string, value: Properties | undefined, known: readonly string[]): void {
  const unknown = Object.keys(value ?? {}).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new NotSimulated(`${where}.${unknown}`, 'Remove it from the template, or deploy to AWS.')
}

const attributes = (value: unknown): CreateTableInput['AttributeDefinitions'] =>
  list(value).map((each) => ({
    AttributeName: text(each.AttributeName),
    AttributeType: text(each.AttributeType) as 'S',
  }))

const keySchema = (value: unknown): CreateTableInput['KeySchema'] =>
  list(value).map((each) => ({ AttributeName: text(each.AttributeName), KeyType: text(each.KeyType) as 'HASH' }))

export const throughput = (value: unknown) => {
  const given = object(value)
  return (
    given && {
      ReadCapacityUnits: number(given.ReadCapacityUnits),
      WriteCapacityUnits: number(given.WriteCapacityUnits),
    }
  )
}

const onDemand = (value: unknown) => {
  const given = object(value)
  if (!given) return undefined
  return {
    MaxReadRequestUnits: number(given.MaxReadRequestUnits),
    MaxWriteRequestUnits: number(given.MaxWriteRequestUnits),
  }
}

/** Members of an index that only change what AWS bills or measures. */
const indexMembers = [
  'IndexName',
  'KeySchema',
  'Projection',
  'ProvisionedThroughput',
  'OnDemandThroughput',
  'WarmThroughput',
  'ContributorInsightsSpecification',
]

export const globalIndexes = (value: unknown): GlobalSecondaryIndex[] | undefined =>
  value === undefined
    ? undefined
    : list(value).map((each) => {
        onlyKnown('GlobalSecondaryIndexes', each, indexMembers)
        const units = throughput(each.ProvisionedThroughput)
        return { ...index(each), ...(units && { ProvisionedThroughput: units }) }
      })

export const localIndexes = (value: unknown): LocalSecondaryIndex[] | undefined =>
  value === undefined
    ? undefined
    : list(value).map((each) => {
        onlyKnown('LocalSecondaryIndexes', each, ['IndexName', 'KeySchema', 'Projection'])
        return index(each)
      })

function index(each: Properties) {
  const projection = object(each.Projection)
  const nonKey = projection?.NonKeyAttributes
  return {
    IndexName: text(each.IndexName),
    KeySchema: keySchema(each.KeySchema),
    Projection: {
      ProjectionType: text(projection?.ProjectionType) as 'ALL',
      ...(Array.isArray(nonKey) && { NonKeyAttributes: nonKey.map(String) }),
    },
  }
}

export const streamOf = (value: unknown): CreateTableInput['StreamSpecification'] => {
  const given = object(value)
  onlyKnown('StreamSpecification', given, ['StreamViewType', 'ResourcePolicy'])
  if (given?.ResourcePolicy !== undefined) onlyKnown('StreamSpecification', { ResourcePolicy: 1 }, [])
  return given && { StreamEnabled: true, StreamViewType: text(given.StreamViewType) as StreamViewType }
}

export const policyOf = (value: unknown): string | undefined => {
  const document = object(value)?.PolicyDocument
  return document === undefined ? undefined : JSON.stringify(document)
}

export const encryptionOf = (value: unknown): CreateTableInput['SSESpecification'] => {
  const given = object(value)
  onlyKnown('SSESpecification', given, ['SSEEnabled', 'KMSMasterKeyId', 'SSEType'])
  if (!given) return undefined
  const key = text(given.KMSMasterKeyId)
  return { Enabled: boolean(given.SSEEnabled), ...(key !== undefined && { KMSMasterKeyId: key }), SSEType: 'KMS' }
}

export const tagsOf = (value: unknown) => list(value).map((tag) => ({ Key: text(tag.Key), Value: text(tag.Value) }))

/** What both resource types say alike of a table. */
export function tableInput(properties: Properties, name: string): CreateTableInput {
  const local = localIndexes(properties.LocalSecondaryIndexes)
  const stream = streamOf(properties.StreamSpecification)
  const maximum = onDemand(properties.OnDemandThroughput)
  return {
    TableName: name,
    AttributeDefinitions: attributes(properties.AttributeDefinitions),
    KeySchema: keySchema(properties.KeySchema),
    ...(local && { LocalSecondaryIndexes: local }),
    ...(properties.BillingMode !== undefined && { BillingMode: text(properties.BillingMode) as 'PROVISIONED' }),
    ...(stream && { StreamSpecification: stream }),
    ...(maximum && { OnDemandThroughput: maximum }),
  }
}
