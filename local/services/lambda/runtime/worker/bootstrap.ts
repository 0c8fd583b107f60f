/** Entry of a worker: one execution environment of one function. */

import { getHeapStatistics } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, InvocationFacts, ToWorker, WorkerStart } from '../protocol.ts'
import { followClock } from './date.ts'
import { errorDetail, failureOf, RuntimeFailure } from './failure.ts'
import { type Handler, loadHandler } from './handler.ts'
import { captureOutput, current, textLine } from './output.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Lambda's limit of a synchronous answer: 6 MB and 100 bytes, as its error text says. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024 + 100

const start = workerData as WorkerStart
const port = parentPort as NonNullable<typeof parentPort>
const post = (message: FromWorker): void => port.postMessage(message)
// Loaded only where it is needed: what it wraps costs a cold start a few milliseconds.
const time: VirtualTime | undefined = start.virtual
  ? (await import('./virtual-time.ts')).installVirtualTime(start, post)
  : undefined
const started = performance.now()
if (!start.virtual && new BigInt64Array(start.clock)[0] !== 0n) followClock(start.clock)

// The host's, not the function's: it has served its purpose by now.
delete process.env.NODE_COMPILE_CACHE
captureOutput(post, start.jsonLogs)
process.on('uncaughtException', (error) => crash('Uncaught Exception', error, failureOf(error)))
process.on('unhandledRejection', (reason) => {
  const message = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason)
  crash('Unhandled Promise Rejection', reason, {
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: message,
    trace: (reason instanceof Error ? (reason.stack ?? '') : '').split('\n'),
  })
})

function crash(title: string, thrown: unknown, failure: ReturnType<typeof failureOf>): void {
  post({ type: 'log', text: textLine('ERROR', errorDetail(title, thrown)) })
  post({ type: 'crashed', failure })
  process.exit(129)
}

const loaded = loadHandler(start.folder, start.handler, start.major).then(
  (handler) => {
    post({ type: 'ready', milliseconds: performance.now() - started })
    return handler
  },
  (error: unknown) => {
    post({ type: 'log', text: textLine('ERROR', errorDetail('Uncaught Exception', error)) })
    post({ type: 'init-failed', failure: failureOf(error) })
    process.exit(1)
  },
)

port.on('message', (message: ToWorker) => {
  if (message.type === 'shift') return followClock(start.clock)
  time?.received(message.seq)
  if (message.type === 'fire') time?.fire(message.timer)
  else void loaded.then((handler) => invoke(handler, message.event, message.facts))
})
time?.received(0)

async function invoke(handler: Handler, event: string, facts: InvocationFacts): Promise<void> {
  const began = performance.now()
  current.requestId = facts.requestId
  process.env._X_AMZN_TRACE_ID = facts.traceId
  const measures = () => ({ milliseconds: performance.now() - began, heap: getHeapStatistics().used_heap_size })
  try {
    const payload = encode(await run(handler, JSON.parse(event), contextOf(facts)))
    post({ type: 'result', payload, ...measures() })
  } catch (error) {
    post({ type: 'log', text: textLine('ERROR', errorDetail('Invoke Error', error)) })
    post({ type: 'failed', failure: failureOf(error), ...measures() })
  }
}

/** Runtimes before Node.js 24 let a handler answer through a callback. */
function run(handler: Handler, event: unknown, context: object): unknown {
  if (handler.length < 3) return handler(event, context)
  return new Promise((resolve, reject) => {
    const answer = handler(event, context, (error, result) => (error ? reject(error) : resolve(result)))
    if (answer instanceof Promise) answer.then(resolve, reject)
  })
}

function encode(value: unknown): string {
  let payload: string
  try {
    payload = JSON.stringify(value === undefined ? null : value) ?? 'null'
  } catch {
    throw new RuntimeFailure('Runtime.MarshalError', 'Unable to stringify response body')
  }
  const size = Buffer.byteLength(payload)
  if (size <= MAX_ANSWER_BYTES) return payload
  throw new RuntimeFailure(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${MAX_ANSWER_BYTES} bytes).`,
  )
}

const contextOf = (facts: InvocationFacts): object => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: facts.functionName,
  functionVersion: facts.functionVersion,
  invokedFunctionArn: facts.invokedFunctionArn,
  memoryLimitInMB: facts.memoryLimitInMB,
  awsRequestId: facts.requestId,
  logGroupName: facts.logGroupName,
  logStreamName: facts.logStreamName,
  clientContext: facts.clientContext,
  identity: undefined,
  getRemainingTimeInMillis: () => facts.deadline - Date.now(),
})
