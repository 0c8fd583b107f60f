import type {
  DeleteFunctionEventInvokeConfigCommandInput,
  DestinationConfig,
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
import { page } from '../model/constraints.ts'
import { type EventInvokeConfig, invalid, type Resolved, versionOf } from '../model/functions.ts'
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
    run: (input) => {
      resolved(parts, input)
      return put(parts, input, existing(parts, input).config)
    },
  }),

  GetFunctionEventInvokeConfig: action<GetFunctionEventInvokeConfigCommandInput, FunctionEventInvokeConfig>({
    accepts: ['FunctionName', 'Qualifier'],
    access: onFunction(parts, 'GetFunctionEventInvokeConfig'),
    run: (input) => {
      const { fn, key, config } = existing(parts, input)
      return describe(fn.arn, key, config)
    },
  }),

  DeleteFunctionEventInvokeConfig: action<DeleteFunctionEventInvokeConfigCommandInput, object>({
    accepts: ['FunctionName', 'Qualifier'],
    access: onFunction(parts, 'DeleteFunctionEventInvokeConfig'),
    run: (input) => {
      const { fn, key } = existing(parts, input)
      fn.eventInvoke.delete(key)
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
      const { fn } = resolved(parts, { FunctionName })
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
  const target = resolved(parts, input)
  if (!members.slice(2).some((member) => input[member] !== undefined))
    throw invalid('You must specify at least one of error handling or destination setting.')
  checkDestinations(input.DestinationConfig ?? {})
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

const destination = (arn: string | undefined, before: string | undefined): string | undefined =>
  arn === undefined ? before : arn || undefined

/** Wordings recorded by LocalStack's validated tests, November 2023; the one of FIFO is our own. */
function checkDestinations({ OnSuccess, OnFailure }: DestinationConfig): void {
  for (const [arn, services] of [
    [OnSuccess?.Destination, /^arn:aws[a-z-]*:(sqs|sns|lambda|events):/],
    [OnFailure?.Destination, /^arn:aws[a-z-]*:(sqs|sns|lambda|events|s3):/],
  ] as const) {
    if (arn && !services.test(arn))
      throw invalid(
        `The provided destination config DestinationConfig(onSuccess=${told('OnSuccess', OnSuccess)}, onFailure=${told('OnFailure', OnFailure)}) is invalid.`,
      )
    if (arn && /^arn:aws[a-z-]*:(sqs|sns):.*\.fifo$/.test(arn))
      throw invalid(`The destination ${arn} is FIFO. Asynchronous invocations take standard queues and topics only.`)
  }
}

const told = (name: string, side: { readonly Destination?: string | undefined } | undefined): string =>
  side ? `${name}(destination=${side.Destination ?? 'null'})` : 'null'

const sending: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  lambda: 'lambda:InvokeFunction',
  events: 'events:PutEvents',
  s3: 's3:PutObject',
}

/** The function's role must be allowed to send to its destinations. */
function checkDestination({ context, functions }: LambdaParts, { fn, version }: Resolved, arn: string): void {
  if (arn === fn.arn || arn.startsWith(`${fn.arn}:`))
    throw invalid("You can't specify the function as a destination for itself.")
  if (arn.split(':')[2] === 'lambda' && !functions.find(arn.split(':')[6] ?? ''))
    throw invalid(`The destination ARN ${arn} is invalid.`)
  const action = sending[arn.split(':')[2] ?? ''] ?? ''
  const caller = context.service<Iam>('iam').assume('lambda.amazonaws.com', version.role, fn.name)
  try {
    context.authorize(caller, { action, resource: action === 's3:PutObject' ? `${arn}/*` : arn })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const name = action.slice(action.indexOf(':') + 1)
    throw invalid(`The function ${fn.name}'s execution role does not have permissions to call ${name} on ${arn}`)
  }
}

interface Named {
  readonly FunctionName?: string | undefined
  readonly Qualifier?: string | undefined
}

/** Wordings of this and of a configuration that isn't there recorded by LocalStack's validated tests, November 2023. */
function resolved({ functions }: LambdaParts, { FunctionName, Qualifier }: Named): Resolved {
  const { name, qualifier } = functions.named(FunctionName, Qualifier)
  const fn = functions.find(name)
  if (!fn || (qualifier !== undefined && !versionOf(fn, qualifier) && !fn.aliases.has(qualifier)))
    throw new AwsError('ResourceNotFoundException', "The function doesn't exist.", { fields: { Type: 'User' } })
  return functions.resolve(name, qualifier)
}

function existing({ functions }: LambdaParts, { FunctionName, Qualifier }: Named) {
  const { name, qualifier: key = '$LATEST' } = functions.named(FunctionName, Qualifier)
  const fn = functions.find(name)
  const config = fn?.eventInvoke.get(key)
  if (!fn || !config)
    throw new AwsError(
      'ResourceNotFoundException',
      `The function ${functions.arnOf(name, key)} doesn't have an EventInvokeConfig`,
      { fields: { Type: 'User' } },
    )
  return { fn, key, config }
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
