import { AwsError } from '../../../errors.ts'
import type { CloudContext } from '../../../service.ts'
import type { Functions, LambdaFunction, Resolved } from '../model/functions.ts'
import type { Fleet } from '../runtime/fleet.ts'
import type { Host, Slot } from '../runtime/host.ts'
import type { Outcome } from '../runtime/invocation.ts'
import { Chain } from './lineage.ts'

/** The account's concurrency quota, and the part of it that reserved concurrency may not touch. */
export const accountConcurrency = 1000
export const unreservedMinimum = 100

export interface Invocation {
  readonly target: Resolved
  /** JSON text. */
  readonly payload: string
  readonly requestId: string
  /** Journal entry of what asked for it. */
  readonly cause: number | undefined
  /** Who asked: `api`, `async`, `sqs`, `stream`. */
  readonly origin: string
  /** Ids of the messages or records that it brings, for the journal. */
  readonly messages?: readonly string[]
  /** A place on the host that was waited for; taken without waiting where absent. */
  readonly slot?: Slot
  readonly traceHeader?: string | undefined
  /** Trace headers of the messages that it brings. */
  readonly links?: readonly (string | undefined)[]
  readonly clientContext?: unknown
}

/** Runs functions within their concurrency, and counts what AWS counts. */
export class Invoker {
  readonly #context: CloudContext
  readonly #functions: Functions
  readonly #fleet: Fleet
  readonly host: Host
  #running = 0

  constructor(context: CloudContext, functions: Functions, fleet: Fleet, host: Host) {
    this.#context = context
    this.#functions = functions
    this.#fleet = fleet
    this.host = host
  }

  /** @throws AwsError TooManyRequestsException where the function has no concurrency left, RecursiveInvocationException in a loop */
  async invoke(invocation: Invocation): Promise<Outcome> {
    const { fn, version } = invocation.target
    const chain = new Chain(fn.arn, [invocation.traceHeader, ...(invocation.links ?? [])])
    try {
      this.#checkLoop(fn, chain)
      this.#admit(fn)
    } catch (error) {
      invocation.slot?.release()
      throw error
    }
    const slot = invocation.slot ?? this.host.take()
    fn.running += 1
    this.#running += 1
    this.#metric(invocation.target, 'ConcurrentExecutions', fn.running)
    const { journal } = this.#context.kernel
    const entry = journal.record('invoke', version.arn, invocation.cause, {
      requestId: invocation.requestId,
      origin: invocation.origin,
      version: version.version,
      ...(invocation.messages ? { messages: invocation.messages } : {}),
    })
    try {
      const ended = await this.#fleet.run(
        {
          version,
          requestId: invocation.requestId,
          invokedArn: invocation.target.arn,
          payload: invocation.payload,
          traceId: chain.header(invocation.traceHeader ?? this.#trace()),
          clientContext: invocation.clientContext,
          entry,
        },
        slot,
      )
      journal.record('invoked', version.arn, entry, {
        requestId: invocation.requestId,
        duration: ended.duration,
        ...(ended.failure ? { errorType: ended.failure.errorType, errorMessage: ended.failure.errorMessage } : {}),
      })
      this.#count(invocation.target, ended)
      return ended
    } finally {
      fn.running -= 1
      this.#running -= 1
      slot.release()
    }
  }

  #checkLoop(fn: LambdaFunction, chain: Chain): void {
    if (!chain.loops || fn.recursiveLoop === 'Allow') return
    this.#context.metric('AWS/Lambda', 'RecursiveInvocationsDropped', { FunctionName: fn.name }, 1, 'Count')
    throw new AwsError(
      'RecursiveInvocationException',
      "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
      { fields: { Type: 'User' } },
    )
  }

  /** Reserved concurrency is the function's own; the rest share what is not reserved by anybody. */
  #admit(fn: LambdaFunction): void {
    const reserved = fn.reservedConcurrency
    if (reserved !== undefined) {
      if (fn.running < reserved) return
      throw this.#throttled(fn, 'ReservedFunctionConcurrentInvocationLimitExceeded')
    }
    const all = this.#functions.all()
    const pool = accountConcurrency - all.reduce((sum, other) => sum + (other.reservedConcurrency ?? 0), 0)
    if (this.#running < pool) return
    const unreserved = all.reduce(
      (sum, other) => sum + (other.reservedConcurrency === undefined ? other.running : 0),
      0,
    )
    if (unreserved >= pool) throw this.#throttled(fn, 'ConcurrentInvocationLimitExceeded')
  }

  #throttled(fn: LambdaFunction, reason: string): AwsError {
    this.#context.metric('AWS/Lambda', 'Throttles', { FunctionName: fn.name }, 1, 'Count')
    return new AwsError('TooManyRequestsException', 'Rate Exceeded.', { fields: { Reason: reason, Type: 'User' } })
  }

  #count(target: Resolved, outcome: Outcome): void {
    this.#metric(target, 'Invocations', 1)
    this.#metric(target, 'Errors', outcome.failure ? 1 : 0)
    this.#metric(target, 'Duration', outcome.duration, 'Milliseconds')
  }

  #metric({ fn, qualifier }: Resolved, name: string, value: number, unit = 'Count'): void {
    this.#context.metric('AWS/Lambda', name, { FunctionName: fn.name }, value, unit)
    if (qualifier !== undefined)
      this.#context.metric(
        'AWS/Lambda',
        name,
        { FunctionName: fn.name, Resource: `${fn.name}:${qualifier}` },
        value,
        unit,
      )
  }

  #trace(): string {
    const { clock, random } = this.#context.kernel
    const id = random.hex('lambda trace')
    const seconds = Math.floor(clock.now() / 1000).toString(16)
    return `Root=1-${seconds}-${id.slice(0, 24)};Parent=${random.hex('lambda trace').slice(0, 16)};Sampled=0`
  }
}
