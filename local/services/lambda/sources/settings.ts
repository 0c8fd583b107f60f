import type { CreateEventSourceMappingCommandInput } from '@aws-sdk/client-lambda'
import { NotSimulated } from '../../../errors.ts'
import { violation } from '../model/constraints.ts'
import { invalid } from '../model/functions.ts'
import { compileFilter } from './filter.ts'
import type { MappingSettings, SourceKind } from './mapping.ts'

export type SettingsInput = Pick<
  CreateEventSourceMappingCommandInput,
  | 'BatchSize'
  | 'FilterCriteria'
  | 'ScalingConfig'
  | 'MaximumBatchingWindowInSeconds'
  | 'ParallelizationFactor'
  | 'DestinationConfig'
  | 'MaximumRecordAgeInSeconds'
  | 'BisectBatchOnFunctionError'
  | 'MaximumRetryAttempts'
  | 'FunctionResponseTypes'
  | 'MetricsConfig'
  | 'TumblingWindowInSeconds'
  | 'StartingPosition'
  | 'StartingPositionTimestamp'
>

/** @throws AwsError where the source is of no kind that is simulated */
export function sourceKind(arn: string | undefined): SourceKind {
  if (arn === undefined) throw invalid('Unrecognized event source.')
  const service = arn.split(':')[2]
  if (service === 'sqs') return 'sqs'
  if (service === 'dynamodb' && arn.includes('/stream/')) return 'stream'
  throw new NotSimulated(`the event source ${arn}`, 'Sources it has: SQS queues and DynamoDB streams.')
}

/** Settings over those before (or over Lambda's defaults), checked against Lambda's rules. */
export function readSettings(
  kind: SourceKind,
  sourceArn: string,
  input: SettingsInput,
  before: MappingSettings | undefined,
): MappingSettings {
  ranges(kind, input)
  const patterns = input.FilterCriteria
    ? (input.FilterCriteria.Filters ?? []).map(({ Pattern }) => Pattern ?? '{}')
    : undefined
  const settings: MappingSettings = {
    batchSize: input.BatchSize ?? before?.batchSize ?? (kind === 'sqs' ? 10 : 100),
    window: input.MaximumBatchingWindowInSeconds ?? before?.window ?? 0,
    filterPatterns: patterns ?? before?.filterPatterns ?? [],
    filter: patterns ? compileFilter(patterns) : (before?.filter ?? compileFilter([])),
    reportsFailures: input.FunctionResponseTypes
      ? input.FunctionResponseTypes.includes('ReportBatchItemFailures')
      : (before?.reportsFailures ?? false),
    metrics: input.MetricsConfig ? (input.MetricsConfig.Metrics ?? []) : (before?.metrics ?? []),
    maximumConcurrency: input.ScalingConfig ? input.ScalingConfig.MaximumConcurrency : before?.maximumConcurrency,
    startingPosition: kind === 'stream' ? startingPosition(sourceArn, input, before) : undefined,
    parallelization: input.ParallelizationFactor ?? before?.parallelization ?? 1,
    maximumRecordAge: input.MaximumRecordAgeInSeconds ?? before?.maximumRecordAge ?? -1,
    maximumRetryAttempts: input.MaximumRetryAttempts ?? before?.maximumRetryAttempts ?? -1,
    bisects: input.BisectBatchOnFunctionError ?? before?.bisects ?? false,
    onFailure: input.DestinationConfig ? onFailure(input.DestinationConfig) : before?.onFailure,
  }
  if (kind === 'sqs') checkQueueSettings(sourceArn, input, settings)
  else checkStreamSettings(input)
  return settings
}

function ranges(kind: SourceKind, input: SettingsInput): void {
  if (input.StartingPosition !== undefined && !POSITIONS.includes(input.StartingPosition))
    throw violation('startingPosition', input.StartingPosition, `satisfy enum value set: [${POSITIONS.join(', ')}]`)
  if (input.FunctionResponseTypes?.some((type) => type !== 'ReportBatchItemFailures'))
    throw violation(
      'functionResponseTypes',
      `[${input.FunctionResponseTypes.join(', ')}]`,
      'satisfy constraint: [Member must satisfy enum value set: [ReportBatchItemFailures], Member must not be null]',
    )
  const metrics: readonly string[] = input.MetricsConfig?.Metrics ?? []
  if (metrics.some((metric) => !METRICS.includes(metric)))
    throw violation(
      'metricsConfig.metrics',
      `[${metrics.join(', ')}]`,
      `satisfy constraint: [Member must satisfy enum value set: [${METRICS.join(', ')}], Member must not be null]`,
    )
  if (metrics.some((metric) => metric !== 'EventCount'))
    throw new NotSimulated(
      `the metrics ${metrics.join(', ')} of a mapping`,
      'Metrics of queues and streams: EventCount.',
    )
  if (input.TumblingWindowInSeconds)
    throw new NotSimulated('tumbling windows', 'Keep what a window gathers in a table, by the time of its records.')
  const age = input.MaximumRecordAgeInSeconds
  if (kind === 'stream' && age !== undefined && age > -1 && age < 60)
    throw invalid('MaximumRecordAgeInSeconds must be -1 (no limit) or between 60 and 604800.')
}

const METRICS = ['EventCount', 'ErrorCount', 'KafkaMetrics']

const POSITIONS: readonly (string | undefined)[] = ['LATEST', 'AT_TIMESTAMP', 'TRIM_HORIZON']

/** Wordings recorded by LocalStack's validated tests, February 2025. */
function startingPosition(
  sourceArn: string,
  { StartingPosition: value, StartingPositionTimestamp: moment }: SettingsInput,
  before: MappingSettings | undefined,
): MappingSettings['startingPosition'] {
  if (value === undefined && before) return before.startingPosition
  if (value === undefined)
    throw invalid(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    )
  if (value === 'TRIM_HORIZON' || value === 'LATEST') {
    if (moment !== undefined) throw invalid('Timestamp only valid with StartingPosition AT_TIMESTAMP')
    return value
  }
  throw invalid(`Unsupported starting position for arn type: ${sourceArn}`)
}

function checkQueueSettings(arn: string, input: SettingsInput, settings: MappingSettings): void {
  if (input.StartingPosition !== undefined) throw invalid('StartingPosition is not valid for SQS event sources.')
  const streamOnly = (
    [
      'StartingPositionTimestamp',
      'ParallelizationFactor',
      'MaximumRecordAgeInSeconds',
      'BisectBatchOnFunctionError',
      'MaximumRetryAttempts',
      'DestinationConfig',
    ] as const
  ).find((member) => input[member] !== undefined && input[member] !== false)
  if (streamOnly) throw invalid(`Unsupported ${streamOnly} parameter for given event source mapping type.`)
  if (arn.endsWith('.fifo')) {
    if (settings.batchSize > 10) throw invalid('Maximum batch size for FIFO queues is 10.')
    if (settings.window > 0) throw invalid('Batching window is not supported for FIFO queues.')
  }
  if (settings.batchSize > 10 && settings.window < 1)
    throw invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10')
}

function checkStreamSettings(input: SettingsInput): void {
  if (input.ScalingConfig) throw invalid('Unsupported ScalingConfig parameter for given event source mapping type.')
}

function onFailure({ OnFailure, OnSuccess }: NonNullable<SettingsInput['DestinationConfig']>): string | undefined {
  if (OnSuccess?.Destination)
    throw invalid('Unsupported DestinationConfig parameter for given event source mapping type.')
  const arn = OnFailure?.Destination
  if (!arn) return undefined
  if (!/^arn:aws[a-z-]*:(sqs|sns|s3):/.test(arn) || arn.endsWith('.fifo'))
    throw invalid(`The provided destination ${arn} is invalid.`)
  return arn
}
