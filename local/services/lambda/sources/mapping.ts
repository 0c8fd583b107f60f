import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda'
import type { RecordFilter } from './filter.ts'

export type SourceKind = 'sqs' | 'stream'

/** What a mapping was told to do, with AWS's defaults filled in. */
export interface MappingSettings {
  readonly batchSize: number
  /** Seconds. */
  readonly window: number
  readonly filterPatterns: readonly string[]
  readonly filter: RecordFilter
  readonly reportsFailures: boolean
  /** `EventCount`, where the mapping counts its events. */
  readonly metrics: readonly string[]
  /** SQS only. */
  readonly maximumConcurrency: number | undefined
  /** Streams only, from here on. */
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST' | undefined
  readonly parallelization: number
  /** Seconds; -1 for no bound. */
  readonly maximumRecordAge: number
  /** -1 for no bound. */
  readonly maximumRetryAttempts: number
  readonly bisects: boolean
  /** ARN of a queue or a topic. */
  readonly onFailure: string | undefined
}

export type MappingState = 'Creating' | 'Enabling' | 'Enabled' | 'Disabling' | 'Disabled' | 'Updating' | 'Deleting'

export interface Mapping {
  readonly uuid: string
  readonly arn: string
  readonly kind: SourceKind
  readonly sourceArn: string
  /** Function ARN with the qualifier it was given, which is looked up anew for each batch. */
  functionArn: string
  settings: MappingSettings
  state: MappingState
  lastModified: number
  lastResult: string
  readonly tags: Map<string, string>
}

/** As the API describes it. */
export function describeMapping(mapping: Mapping): EventSourceMappingConfiguration {
  const { settings, kind } = mapping
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: mapping.sourceArn,
    FunctionArn: mapping.functionArn,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.window,
    ...(settings.filterPatterns.length > 0
      ? { FilterCriteria: { Filters: settings.filterPatterns.map((Pattern) => ({ Pattern })) } }
      : {}),
    FunctionResponseTypes: settings.reportsFailures ? ['ReportBatchItemFailures'] : [],
    ...(settings.metrics.length > 0 ? { MetricsConfig: { Metrics: [...settings.metrics] as ['EventCount'] } } : {}),
    LastModified: new Date(mapping.lastModified),
    State: mapping.state,
    // Lambda words it differently for queues and for streams.
    StateTransitionReason: kind === 'sqs' ? 'USER_INITIATED' : 'User action',
    ...(kind === 'sqs' ? sqsPart(settings) : streamPart(mapping)),
  }
}

const sqsPart = (settings: MappingSettings): EventSourceMappingConfiguration =>
  settings.maximumConcurrency === undefined
    ? {}
    : { ScalingConfig: { MaximumConcurrency: settings.maximumConcurrency } }

const streamPart = ({ settings, lastResult }: Mapping): EventSourceMappingConfiguration => ({
  LastProcessingResult: lastResult,
  ...(settings.startingPosition ? { StartingPosition: settings.startingPosition } : {}),
  ParallelizationFactor: settings.parallelization,
  MaximumRecordAgeInSeconds: settings.maximumRecordAge,
  MaximumRetryAttempts: settings.maximumRetryAttempts,
  BisectBatchOnFunctionError: settings.bisects,
  TumblingWindowInSeconds: 0,
  DestinationConfig: { OnFailure: settings.onFailure ? { Destination: settings.onFailure } : {} },
})
