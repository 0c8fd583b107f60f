import type {
  DeleteFunctionEventInvokeConfigCommandInput,
  FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigCommandInput,
  ListFunctionEventInvokeConfigsCommandInput,
  ListFunctionEventInvokeConfigsCommandOutput,
  PutFunctionEventInvokeConfigCommandInput,
  UpdateFunctionEventInvokeConfigCommandInput,
} from '@aws-sdk/client-lambda'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import type { Iam } from '../../iam/index.ts'
import { inRange, page } from '../model/constraints.ts'
import { type EventInvokeConfig, invalid, type Resolved } from '../model/functions.ts'
import { type LambdaParts, onFunction } from '../parts.ts'

const members = [
  'FunctionName',
  'Qualifier',
  'MaximumRetryAttempts',
  'MaximumEventAgeInSeconds',
  'DestinationConfig',
] as const

export const eventInvokeConfigActions = (parts: LambdaParts): Readonly<Record<string, Action>> => ({
  PutFunctionEventInvokeConfig: action<PutFunctionEventInvokeConfigCommandInput, FunctionEventInvokeConfig>({
    accepts: members,
    access: onFunction(parts, 'PutFunctionEventInvokeConfig'),
    run: (input) => put(parts, input, undefined),
  }),

  UpdateFunctionEventInvokeConfig: action<UpdateFunctionEventInvokeConfigCommandInput, FunctionEventInvokeConfig>({
    accepts: members,
    access: onFunction(parts, 'UpdateFunctionEventInvokeConfig'),
    run: (input) => put(parts, input, existing(parts, input).config),
  }),

  GetFunctionEventInvokeConfig: action<GetFunctionEventInvokeConfigCommandInput, FunctionEventInvokeConfig>({
    accepts: ['FunctionName', 'Qualifier'],
    access: onFunction(parts, 'GetFunctionEventInvokeConfig'),
    run: (input) => {
      const { target, config } = existing(parts, input)
      return describe(target.fn.arn, keyOf(target), config)
    },
  }),

  DeleteFunctionEventInvokeConfig: action<DeleteFunctionEventInvokeConfigCommandInput, object>({
    accepts: ['FunctionName', 'Qualifier'],
    access: onFunction(parts, 'DeleteFunctionEventInvokeConfig'),
    run: (input) => {
      const { target } = existing(parts, input)
      target.fn.eventInvoke.delete(keyOf(target))
      return {}
    },
  }),

  ListFunctionEventInvokeConfigs: action<
    ListFunctionEventInvokeConfigsCommandInput,
    ListFunctionEventInvokeConfigsCommandOutput
  >({
    accepts: ['FunctionName', 'Marker', 'MaxItems'],
    access: onFunction(parts, 'ListFunctionEventInvokeConfigs'),
    run: ({ FunctionName, Marker, MaxItems }) => {
      const fn = parts.functions.get(FunctionName)
      const { items, next } = page([...fn.eventInvoke], Marker, MaxItems ?? 50)
      return {
        FunctionEventInvokeConfigs: items.map(([key, config]) => describe(fn.arn, key, config)),
        ...(next ? { NextMarker: next } : {}),
      }
    },
  }),
})

const keyOf = ({ qualifier }: Resolved): string => qualifier ?? '$LATEST'

function put(
  parts: LambdaParts,
  input: PutFunctionEventInvokeConfigCommandInput,
  before: EventInvokeConfig | undefined,
): FunctionEventInvokeConfig {
  const target = parts.functions.resolve(input.FunctionName, input.Qualifier)
  inRange('maximumRetryAttempts', input.MaximumRetryAttempts, 0, 2)
  inRange('maximumEventAgeInSeconds', input.MaximumEventAgeInSeconds, 60, 21_600)
  if (!members.slice(2).some((member) => input[member] !== undefined))
    throw invalid('You must specify at least one of error handling or destination setting.')
  const { OnSuccess, OnFailure } = input.DestinationConfig ?? {}
  const config: EventInvokeConfig = {
    maxAttempts: input.MaximumRetryAttempts ?? before?.maxAttempts,
    maxAge: input.MaximumEventAgeInSeconds ?? before?.maxAge,
    onSuccess: destination(OnSuccess?.Destination, before?.onSuccess),
    onFailure: destination(OnFailure?.Destination, before?.onFailure),
    lastModified: parts.functions.now(),
  }
  for (const arn of [config.onSuccess, config.onFailure]) if (arn) checkDestination(parts, target, arn)
  target.fn.eventInvoke.set(keyOf(target), config)
  return describe(target.fn.arn, keyOf(target), config)
}

function destination(arn: string | undefined, before: string | undefined): string | undefined {
  if (arn === undefined) return before
  if (arn === '') return undefined
  if (!/^arn:aws[a-z-]*:(sqs|sns|lambda|events):/.test(arn))
    throw invalid(
      `The provided destination config DestinationConfig(onSuccess=null, onFailure=OnFailure(destination=${arn})) is invalid.`,
    )
  if (/^arn:aws[a-z-]*:(sqs|sns):.*\.fifo$/.test(arn))
    throw invalid(`The destination ${arn} is FIFO. Asynchronous invocations take standard queues and topics only.`)
  return arn
}

const sending: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  lambda: 'lambda:InvokeFunction',
  events: 'events:PutEvents',
}

/** The function's role must be allowed to send to its destinations. */
function checkDestination({ context }: LambdaParts, { fn, version }: Resolved, arn: string): void {
  if (arn === fn.arn || arn.startsWith(`${fn.arn}:`))
    throw invalid("You can't specify the function as a destination for itself.")
  const action = sending[arn.split(':')[2] ?? ''] ?? ''
  const caller = context.service<Iam>('iam').assume('lambda.amazonaws.com', version.role, fn.name)
  try {
    context.authorize(caller, { action, resource: arn })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const name = action.slice(action.indexOf(':') + 1)
    throw invalid(`The function ${fn.name}'s execution role does not have permissions to call ${name} on ${arn}`)
  }
}

function existing(parts: LambdaParts, input: { FunctionName?: string | undefined; Qualifier?: string | undefined }) {
  const target = parts.functions.resolve(input.FunctionName, input.Qualifier)
  const config = target.fn.eventInvoke.get(keyOf(target))
  if (!config)
    throw new AwsError(
      'ResourceNotFoundException',
      `The function ${target.fn.arn}:${keyOf(target)} doesn't have an EventInvokeConfig`,
      {
        fields: { Type: 'User' },
      },
    )
  return { target, config }
}

const describe = (arn: string, key: string, config: EventInvokeConfig): FunctionEventInvokeConfig => ({
  LastModified: new Date(config.lastModified),
  FunctionArn: `${arn}:${key}`,
  ...(config.maxAttempts === undefined ? {} : { MaximumRetryAttempts: config.maxAttempts }),
  ...(config.maxAge === undefined ? {} : { MaximumEventAgeInSeconds: config.maxAge }),
  DestinationConfig: {
    OnSuccess: config.onSuccess === undefined ? {} : { Destination: config.onSuccess },
    OnFailure: config.onFailure === undefined ? {} : { Destination: config.onFailure },
  },
})
