import type {
  InvokeAsyncCommandInput,
  InvokeAsyncCommandOutput,
  InvokeCommandInput,
  InvokeCommandOutput,
} from '@aws-sdk/client-lambda'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type Call } from '../../../service.ts'
import { NotJson, readJson } from '../../states/language/read-json.ts'
import { violation } from '../model/constraints.ts'
import type { Resolved } from '../model/functions.ts'
import { type LambdaParts, onFunction } from '../parts.ts'
import type { Outcome } from '../runtime/invocation.ts'

const MAX_SYNC_BYTES = 6 * 1024 * 1024
/** Raised from 256 KB in October 2025. */
const MAX_ASYNC_BYTES = 1024 * 1024
/** The tail of the log that an answer carries. */
const TAIL_BYTES = 4096
/** Of the client context, base64. */
const MAX_CONTEXT_BYTES = 3583

/** The gateway hands blobs over as bytes. */
type Input = Omit<InvokeCommandInput, 'Payload'> & { Payload?: Uint8Array }
type InvokeAsyncInput = Omit<InvokeAsyncCommandInput, 'InvokeArgs'> & { InvokeArgs?: Uint8Array }
type Output = Omit<InvokeCommandOutput, '$metadata' | 'Payload'> & { Payload?: Uint8Array }

export const invokeActions = (parts: LambdaParts): Readonly<Record<string, Action>> => ({
  Invoke: action<Input, Output>({
    accepts: ['FunctionName', 'Qualifier', 'InvocationType', 'LogType', 'ClientContext', 'Payload'],
    access: onFunction(parts, 'InvokeFunction'),
    run: (input, call) => invoke(parts, input, call),
  }),

  /** The older way to send an event. */
  InvokeAsync: action<InvokeAsyncInput, InvokeAsyncCommandOutput>({
    accepts: ['FunctionName', 'InvokeArgs'],
    access: onFunction(parts, 'InvokeAsync'),
    run: async ({ FunctionName, InvokeArgs }, call) => {
      const input = { FunctionName, InvocationType: 'Event' as const, ...(InvokeArgs && { Payload: InvokeArgs }) }
      const { StatusCode: Status } = await invoke(parts, input, call)
      return { Status }
    },
  }),
})

async function invoke(parts: LambdaParts, input: Input, call: Call): Promise<Output> {
  const type = input.InvocationType ?? 'RequestResponse'
  if (!['RequestResponse', 'Event', 'DryRun'].includes(type))
    throw violation('invocationType', type, 'satisfy enum value set: [Event, RequestResponse, DryRun]')
  if (input.LogType !== undefined && input.LogType !== 'None' && input.LogType !== 'Tail')
    throw violation('logType', input.LogType, 'satisfy enum value set: [None, Tail]')
  const payload = payloadOf(input, type)
  const target = parts.functions.draw(input.FunctionName, input.Qualifier)
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
  checkSize(Payload.length, type)
  const text = new TextDecoder().decode(Payload)
  try {
    readJson(text)
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    const where = error.location?.replace('(String)', '(byte[])')
    throw unreadable(
      `Could not parse request body into json: Could not parse payload into json: ${error.message}${where ? `\n at ${where}` : ''}`,
    )
  }
  return text
}

/** The words for an event that is too large have a code of their own: users quote them with the limits of their time. */
function checkSize(size: number, type: string): void {
  if (type === 'Event' && size > MAX_ASYNC_BYTES)
    throw new AwsError(
      'RequestEntityTooLargeException',
      `${size} byte payload is too large for the Event invocation type (limit ${MAX_ASYNC_BYTES} bytes)`,
      { status: 413 },
    )
  if (size > MAX_SYNC_BYTES)
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${MAX_SYNC_BYTES} bytes for the InvokeFunction operation`,
      { fields: { Type: 'User' } },
    )
}

/** Base64 of a JSON object, of 3,583 bytes at most. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
function clientContext(value: string | undefined): unknown {
  if (value === undefined) return undefined
  if (value.length > MAX_CONTEXT_BYTES)
    throw unreadable(`Client context must be no more than ${MAX_CONTEXT_BYTES} bytes when base64-encoded.`)
  const context = parsedContext(value)
  if (typeof context !== 'object' || context === null || Array.isArray(context))
    throw unreadable('Client context must be a valid Base64-encoded JSON object.')
  return context
}

function parsedContext(value: string): unknown {
  try {
    return JSON.parse(Buffer.from(value, 'base64').toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

const unreadable = (message: string): AwsError =>
  new AwsError('InvalidRequestContentException', message, { fields: { Type: 'User' } })

const tail = (lines: readonly string[]): string =>
  Buffer.from(`${lines.join('\n')}\n`)
    .subarray(-TAIL_BYTES)
    .toString('base64')
