import type { CreateTableInput, PointInTimeRecoverySpecification } from '@aws-sdk/client-dynamodb'
import type { Properties, ResourceType } from '../../../service.ts'
import type { Model } from '../model.ts'
import {
  boolean,
  encryptionOf,
  globalIndexes,
  number,
  object,
  policyOf,
  tableInput,
  tagsOf,
  text,
  throughput,
} from './convert.ts'
import { createTable, deleteTable, type TableParts, updateTable } from './lifecycle.ts'

export const tableResource = (model: Model): ResourceType => ({
  properties: [
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
    'TimeToLiveSpecification',
    'ResourcePolicy',
    'PointInTimeRecoverySpecification',
  ],
  noEffect: {
    ContributorInsightsSpecification: 'Contributor Insights only measures.',
    WarmThroughput: 'A local table is never throttled.',
  },
  create: async (properties, resource) =>
    createTable(model, partsOf(properties, text(properties.TableName) ?? resource.physicalName(255))),
  update: async (name, properties, previous) =>
    updateTable(model, name, partsOf(properties, name), partsOf(previous, name)),
  delete: (name) => deleteTable(model, name),
})

function partsOf(properties: Properties, name: string): TableParts {
  const global = globalIndexes(properties.GlobalSecondaryIndexes)
  const units = throughput(properties.ProvisionedThroughput)
  const encryption = encryptionOf(properties.SSESpecification)
  const input: CreateTableInput = {
    ...tableInput(properties, name),
    ...(global && { GlobalSecondaryIndexes: global }),
    ...(units && { ProvisionedThroughput: units }),
    ...(encryption && { SSESpecification: encryption }),
    ...(properties.TableClass !== undefined && { TableClass: text(properties.TableClass) as 'STANDARD' }),
    ...(properties.DeletionProtectionEnabled !== undefined && {
      DeletionProtectionEnabled: boolean(properties.DeletionProtectionEnabled),
    }),
  }
  return {
    input,
    tags: tagsOf(properties.Tags),
    policy: policyOf(properties.ResourcePolicy),
    ttl: ttlOf(properties),
    recovery: recoveryOf(properties),
  }
}

/** Told as it is asked for; there is nothing to restore from. */
export function recoveryOf(properties: Properties): PointInTimeRecoverySpecification | undefined {
  const given = object(properties.PointInTimeRecoverySpecification)
  if (!given) return undefined
  const days = number(given.RecoveryPeriodInDays)
  return {
    PointInTimeRecoveryEnabled: boolean(given.PointInTimeRecoveryEnabled) ?? false,
    ...(days !== undefined && { RecoveryPeriodInDays: days }),
  }
}

/** The attribute of a time to live that is on. */
export function ttlOf(properties: Properties): string | undefined {
  const given = object(properties.TimeToLiveSpecification)
  return given && boolean(given.Enabled) ? text(given.AttributeName) : undefined
}
