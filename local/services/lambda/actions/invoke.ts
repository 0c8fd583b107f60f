import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type Call } from '../../../service.ts'
import { violation } from '../model/constraints.ts'
import type { Resolved } from '../model/functions.ts'
import { type LambdaParts, onFunction } from '../parts.ts'
import type { Outcome } from '../runtime/invocation.ts'

const MAX_SYNC_BYTES = 6 * 1024 * 1024
/** Raised from 256 KB in October 2025. */
const MAX_ASYNC_BYTES = 1024 * 1024
/** The tail of the log that an answer carries. */
const TAIL_BYTES = 4096

/** The gateway hands blobs over as bytes. */
type Input = Omit<InvokeCommandInput, 'Payload'> & { Payload?: Uint8Array }
type Output = Omit<InvokeCommandOutput, '$metadata' | 'Payload'> & { Payload?: Uint8Array }

export const invokeActions = (parts: LambdaParts): Readonly<Record<string, Action>> => ({
  Invoke: action<Input, Output>({
    accepts: ['FunctionName', 'Qualifier', 'InvocationType', 'LogType', 'ClientContext', 'Payload'],
    access: onFunction(parts, 'InvokeFunction'),
    run: (input, call) => invoke(parts, input, call),
  }),
})

async function invoke(parts: LambdaParts, input: Input, call: Call): Promise<Output> {
  const type = input.InvocationType ?? 'RequestResponse'
  if (!['RequestResponse', 'Event', 'DryRun'].includes(type))
    throw violation('invocationType', type, 'satisfy enum value set: [Event, RequestResponse, DryRun]')
  if (input.LogType !== undefined && input.LogType !== 'None' && input.LogType !== 'Tail')
    throw violation('logType', input.LogType, 'satisfy enum value set: [None, Tail]')
  const payload = payloadOf(input, type)
  const target = parts.functions.resolve(input.FunctionName, input.Qualifier)
  if (type === 'DryRun') return { StatusCode: 204 }
  if (type === 'Event') {
    parts.async.accept({
      functionName: target.arn,
      requestId: call.requestId,
      payload,
      cause: call.entry,
      traceHeader: call.headers['x-amzn-trace-id'],
    })
    return { StatusCode: 202 }
  }
  const outcome = await call.whileWaiting(runNow(parts, input, call, target, payload))
  return {
    StatusCode: 200,
    ExecutedVersion: target.version.version,
    Payload: new TextEncoder().encode(outcome.payload),
    ...(outcome.failure ? { FunctionError: 'Unhandled' } : {}),
    ...(input.LogType === 'Tail' ? { LogResult: tail(outcome.log) } : {}),
  }
}

async function runNow(
  parts: LambdaParts,
  input: Input,
  call: Call,
  target: Resolved,
  payload: string,
): Promise<Outcome> {
  return parts.invoker.invoke({
    target,
    payload,
    requestId: call.requestId,
    cause: call.entry,
    origin: 'api',
    slot: await parts.invoker.host.wait(call.caller.kind === 'role' && call.caller.sandbox !== undefined),
    traceHeader: call.headers['x-amzn-trace-id'],
    clientContext: clientContext(input.ClientContext),
  })
}

/** @throws AwsError InvalidRequestContentException, RequestTooLargeException */
function payloadOf({ Payload }: Input, type: string): string {
  if (!Payload || Payload.length === 0) return '{}'
  const most = type === 'Event' ? MAX_ASYNC_BYTES : MAX_SYNC_BYTES
  if (Payload.length > most)
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${most} bytes for the ${type === 'Event' ? 'InvokeFunctionAsync' : 'InvokeFunction'} operation`,
      { fields: { Type: 'User' } },
    )
  const text = new TextDecoder().decode(Payload)
  try {
    JSON.parse(text)
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: Could not parse payload into json: ${(error as Error).message}`,
      { fields: { Type: 'User' } },
    )
  }
  return text
}

/** Base64 of JSON. */
function clientContext(value: string | undefined): unknown {
  if (value === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(value, 'base64').toString('utf8')) as unknown
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Client context must be a valid Base64-encoded JSON object.', {
      fields: { Type: 'User' },
    })
  }
}

const tail = (lines: readonly string[]): string =>
  Buffer.from(`${lines.join('\n')}\n`)
    .subarray(-TAIL_BYTES)
    .toString('base64')
