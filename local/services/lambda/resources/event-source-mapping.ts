import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda'
import type { CreatedResource, Properties, ResourceType } from '../../../service.ts'
import { booleanOf, type CallLambda, changed, numberOf, present } from './call.ts'

const inputOf = (properties: Properties): Record<string, unknown> =>
  present({
    FunctionName: properties.FunctionName,
    Enabled: booleanOf(properties.Enabled),
    BatchSize: numberOf(properties.BatchSize),
    MaximumBatchingWindowInSeconds: numberOf(properties.MaximumBatchingWindowInSeconds),
    FilterCriteria: properties.FilterCriteria,
    FunctionResponseTypes: properties.FunctionResponseTypes,
    ScalingConfig: scaling(properties.ScalingConfig),
    ParallelizationFactor: numberOf(properties.ParallelizationFactor),
    DestinationConfig: properties.DestinationConfig,
    MaximumRecordAgeInSeconds: numberOf(properties.MaximumRecordAgeInSeconds),
    MaximumRetryAttempts: numberOf(properties.MaximumRetryAttempts),
    BisectBatchOnFunctionError: booleanOf(properties.BisectBatchOnFunctionError),
    MetricsConfig: properties.MetricsConfig,
    TumblingWindowInSeconds: numberOf(properties.TumblingWindowInSeconds),
  })

const scaling = (value: unknown): object | undefined =>
  value === undefined ? undefined : present({ MaximumConcurrency: numberOf((value as Properties).MaximumConcurrency) })

const created = ({ UUID, EventSourceMappingArn }: EventSourceMappingConfiguration): CreatedResource => ({
  ref: UUID as string,
  attributes: { Id: UUID, EventSourceMappingArn },
})

export const eventSourceMappingResource = (call: CallLambda): ResourceType => ({
  properties: [
    'EventSourceArn',
    'FunctionName',
    'Enabled',
    'BatchSize',
    'MaximumBatchingWindowInSeconds',
    'FilterCriteria',
    'FunctionResponseTypes',
    'ScalingConfig',
    'StartingPosition',
    'ParallelizationFactor',
    'DestinationConfig',
    'MaximumRecordAgeInSeconds',
    'MaximumRetryAttempts',
    'BisectBatchOnFunctionError',
    'MetricsConfig',
    'TumblingWindowInSeconds',
  ],
  noEffect: {
    Tags: 'mappings are found by their ARN',
    KmsKeyArn: 'filters are kept in memory',
  },
  async create(properties) {
    return created(
      await call('CreateEventSourceMapping', {
        ...inputOf(properties),
        ...present({ EventSourceArn: properties.EventSourceArn, StartingPosition: properties.StartingPosition }),
      }),
    )
  },
  async update(UUID, properties, previous) {
    if (changed('EventSourceArn', properties, previous) || changed('StartingPosition', properties, previous))
      return undefined
    return created(
      await call('UpdateEventSourceMapping', { UUID, ...cleared(inputOf(previous)), ...inputOf(properties) }),
    )
  },
  async delete(UUID) {
    await call('DeleteEventSourceMapping', { UUID })
  },
})

/** A property that the template no longer has goes back to its default. */
const defaults: Properties = {
  Enabled: true,
  MaximumBatchingWindowInSeconds: 0,
  FilterCriteria: { Filters: [] },
  FunctionResponseTypes: [],
  ScalingConfig: {},
  ParallelizationFactor: 1,
  DestinationConfig: {},
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  BisectBatchOnFunctionError: false,
  MetricsConfig: { Metrics: [] },
}

const cleared = (before: Properties): Properties =>
  Object.fromEntries(Object.entries(defaults).filter(([name]) => name in before))
