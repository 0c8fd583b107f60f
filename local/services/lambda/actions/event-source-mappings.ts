import type {
  CreateEventSourceMappingCommandInput,
  DeleteEventSourceMappingCommandInput,
  EventSourceMappingConfiguration,
  GetEventSourceMappingCommandInput,
  ListEventSourceMappingsCommandInput,
  ListEventSourceMappingsCommandOutput,
  UpdateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda'
import { AwsError } from '../../../errors.ts'
import { type AccessCheck, type Action, action, type Call } from '../../../service.ts'
import { page } from '../model/constraints.ts'
import { invalid, type Resolved } from '../model/functions.ts'
import { checkTags } from '../model/tag-rules.ts'
import { type LambdaParts, onAnything } from '../parts.ts'
import { describeMapping, type Mapping } from '../sources/mapping.ts'
import { readSettings, type SettingsInput, sourceKind } from '../sources/settings.ts'
import { checkSource } from '../sources/source-check.ts'

const settings = [
  'FunctionName',
  'Enabled',
  'BatchSize',
  'FilterCriteria',
  'ScalingConfig',
  'MaximumBatchingWindowInSeconds',
  'ParallelizationFactor',
  'DestinationConfig',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'MaximumRetryAttempts',
  'FunctionResponseTypes',
  'MetricsConfig',
  'TumblingWindowInSeconds',
] as const

export const eventSourceMappingActions = (parts: LambdaParts): Readonly<Record<string, Action>> => {
  const on =
    (name: string) =>
    ({ UUID }: { UUID?: string | undefined }): readonly AccessCheck[] => {
      const { region, account } = parts.context
      return [
        {
          action: `lambda:${name}`,
          resource: `arn:aws:lambda:${region}:${account}:event-source-mapping:${UUID ?? '*'}`,
        },
      ]
    }
  return {
    CreateEventSourceMapping: action<CreateEventSourceMappingCommandInput, EventSourceMappingConfiguration>({
      accepts: ['EventSourceArn', 'StartingPosition', 'StartingPositionTimestamp', 'Tags', ...settings],
      access: onAnything('CreateEventSourceMapping'),
      run: (input) => create(parts, input),
    }),

    UpdateEventSourceMapping: action<UpdateEventSourceMappingCommandInput, EventSourceMappingConfiguration>({
      accepts: ['UUID', ...settings],
      access: on('UpdateEventSourceMapping'),
      run: (input, call) => {
        checkSettled(parts, input.UUID, 'update', call)
        return update(parts, input)
      },
    }),

    GetEventSourceMapping: action<GetEventSourceMappingCommandInput, EventSourceMappingConfiguration>({
      accepts: ['UUID'],
      access: on('GetEventSourceMapping'),
      run: ({ UUID }) => describeMapping(parts.mappings.get(UUID)),
    }),

    DeleteEventSourceMapping: action<DeleteEventSourceMappingCommandInput, EventSourceMappingConfiguration>({
      accepts: ['UUID'],
      access: on('DeleteEventSourceMapping'),
      run: ({ UUID }, call) => {
        checkSettled(parts, UUID, 'delete', call)
        return describeMapping(parts.mappings.remove(UUID))
      },
    }),

    ListEventSourceMappings: action<ListEventSourceMappingsCommandInput, ListEventSourceMappingsCommandOutput>({
      accepts: ['EventSourceArn', 'FunctionName', 'Marker', 'MaxItems'],
      access: onAnything('ListEventSourceMappings'),
      run: (input) => {
        const arn = input.FunctionName === undefined ? undefined : functionArn(parts, input.FunctionName)
        const fits = (mapping: Mapping) =>
          (input.EventSourceArn === undefined || mapping.sourceArn === input.EventSourceArn) &&
          (arn === undefined || mapping.functionArn === arn)
        const { items, next } = page(parts.mappings.all().filter(fits), input.Marker, input.MaxItems ?? 100)
        return { EventSourceMappings: items.map(describeMapping), ...(next ? { NextMarker: next } : {}) }
      },
    }),
  }
}

/**
 * A mapping that still deals with what it took changes no further.
 * @throws AwsError ResourceInUseException; CloudFormation, which comes from within, waits for it on AWS
 */
function checkSettled({ mappings }: LambdaParts, uuid: string | undefined, change: string, { protocol }: Call): void {
  if (['Enabled', 'Disabled'].includes(mappings.get(uuid).state) || protocol === 'internal') return
  throw new AwsError('ResourceInUseException', `Cannot ${change} the event source mapping because it is in use.`, {
    fields: { Type: 'User' },
  })
}

/** As it was named: with its qualifier, and without one where none was given. */
const functionArn = (parts: LambdaParts, name: string | undefined): string => parts.functions.resolve(name).arn

async function create(
  parts: LambdaParts,
  input: CreateEventSourceMappingCommandInput,
): Promise<EventSourceMappingConfiguration> {
  checkTags(input.Tags)
  const kind = sourceKind(input.EventSourceArn)
  const target = targetOf(parts, input.FunctionName)
  const made = readSettings(kind, input.EventSourceArn ?? '', input, undefined)
  await checkSource(parts, kind, input.EventSourceArn ?? '', target)
  return describeMapping(
    parts.mappings.add({
      kind,
      sourceArn: input.EventSourceArn ?? '',
      functionArn: target.arn,
      settings: made,
      enabled: input.Enabled ?? true,
      tags: input.Tags ?? {},
    }),
  )
}

/** A function that isn't there is a bad parameter here: recorded by LocalStack's validated tests, November 2023. */
function targetOf({ functions }: LambdaParts, name: string | undefined): Resolved {
  const { name: bare } = functions.named(name)
  try {
    return functions.resolve(name)
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException')
      throw invalid(functions.find(bare) ? error.message : 'Function does not exist')
    throw error
  }
}

function update(parts: LambdaParts, input: UpdateEventSourceMappingCommandInput): EventSourceMappingConfiguration {
  const mapping = parts.mappings.get(input.UUID)
  const enabled = !['Disabled', 'Disabling'].includes(mapping.state)
  return describeMapping(
    parts.mappings.update(input.UUID, {
      functionArn: input.FunctionName === undefined ? mapping.functionArn : functionArn(parts, input.FunctionName),
      settings: readSettings(mapping.kind, mapping.sourceArn, input as SettingsInput, mapping.settings),
      enabled: input.Enabled ?? enabled,
    }),
  )
}
