import { AwsError } from '../../../errors.ts'
import type { CloudContext } from '../../../service.ts'
import type { EventInvokeConfig, Functions, Resolved } from '../model/functions.ts'
import type { Outcome } from '../runtime/invocation.ts'
import { deadLetter, type Ending, toDestination } from './destinations.ts'
import type { Invoker } from './invoker.ts'

/** Waits before the retries of a failed asynchronous invocation: about one minute, then about two. */
const RETRY_WAITS_MS = [60_000, 120_000]
const DEFAULT_RETRIES = 2
const DEFAULT_MAX_AGE_S = 21_600
/** A throttled event is tried again after 1 s, then less and less often, at least every 5 minutes. */
const THROTTLE_FIRST_MS = 1_000
const THROTTLE_LONGEST_MS = 300_000

export interface AsyncEvent {
  /** As the caller named the function: looked up anew at each attempt. */
  readonly functionName: string
  readonly requestId: string
  readonly payload: string
  readonly cause: number | undefined
  readonly traceHeader: string | undefined
}

interface Queued extends AsyncEvent {
  readonly accepted: number
  /** Invocations that ran. */
  attempts: number
  /** Throttled tries since the last run. */
  throttled: number
}

/** Lambda's internal queue of asynchronous invocations. */
export class AsyncInvocations {
  readonly #context: CloudContext
  readonly #functions: Functions
  readonly #invoker: Invoker

  constructor(context: CloudContext, functions: Functions, invoker: Invoker) {
    this.#context = context
    this.#functions = functions
    this.#invoker = invoker
  }

  /** @throws AwsError where nobody is called so */
  accept(event: AsyncEvent): void {
    this.#metric(this.#functions.resolve(event.functionName), 'AsyncEventsReceived', 1)
    void this.#attempt({ ...event, accepted: this.#now(), attempts: 0, throttled: 0 })
  }

  async #attempt(event: Queued): Promise<void> {
    let target: Resolved
    try {
      target = this.#functions.draw(event.functionName)
    } catch {
      return
    }
    const config = configOf(target)
    if (this.#now() - event.accepted > (config?.maxAge ?? DEFAULT_MAX_AGE_S) * 1000)
      return this.#end(event, target, { condition: 'EventAgeExceeded', outcome: undefined })
    try {
      this.#metric(target, 'AsyncEventAge', this.#now() - event.accepted, 'Milliseconds')
      const outcome = await this.#invoke(event, target)
      await this.#ended(event, target, config, outcome)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      if (error.code === 'RecursiveInvocationException') await this.#stopped(event, target, error)
      else this.#throttled(event, target)
    }
  }

  /** Waits for a place outside any lease: the clock may go on while the host is full. */
  async #invoke(event: Queued, target: Resolved): Promise<Outcome> {
    const slot = await this.#invoker.host.wait()
    return this.#invoker.invoke({ ...event, target, slot, origin: 'async' })
  }

  async #ended(
    event: Queued,
    target: Resolved,
    config: EventInvokeConfig | undefined,
    outcome: Outcome,
  ): Promise<void> {
    event.attempts += 1
    event.throttled = 0
    if (!outcome.failure) return this.#end(event, target, { condition: 'Success', outcome })
    const retries = config?.maxAttempts ?? DEFAULT_RETRIES
    if (event.attempts > retries) return this.#end(event, target, { condition: 'RetriesExhausted', outcome })
    const wait = RETRY_WAITS_MS[event.attempts - 1] ?? 120_000
    this.#later(event, target, wait, `retry ${event.attempts}`, outcome)
  }

  /** An event of a loop is not tried again: it goes where events go that could not be handled. */
  #stopped(event: Queued, target: Resolved, stopped: AwsError): Promise<void> {
    return this.#end(event, target, { condition: 'RetriesExhausted', outcome: undefined, stopped })
  }

  #throttled(event: Queued, target: Resolved): void {
    const wait = Math.min(THROTTLE_LONGEST_MS, THROTTLE_FIRST_MS * 2 ** event.throttled)
    event.throttled += 1
    this.#later(event, target, wait, 'retry after throttle', undefined)
  }

  /** An event whose age ends before its next attempt ends then. */
  #later(event: Queued, target: Resolved, wait: number, label: string, outcome: Outcome | undefined): void {
    const { clock } = this.#context.kernel
    const maxAge = (configOf(target)?.maxAge ?? DEFAULT_MAX_AGE_S) * 1000
    const name = target.fn.name
    if (clock.now() + wait - event.accepted <= maxAge)
      clock.after(wait, `lambda ${name} ${label}`, () => {
        // Not returned: the attempt takes as long as the function does, and the environment holds the clock meanwhile.
        void this.#attempt(event)
      })
    else
      clock.at(event.accepted + maxAge, `lambda ${name} event expires`, () =>
        this.#end(event, target, { condition: 'EventAgeExceeded', outcome }),
      )
  }

  async #end(event: Queued, target: Resolved, ending: Ending): Promise<void> {
    const config = configOf(target)
    const destination = ending.condition === 'Success' ? config?.onSuccess : config?.onFailure
    const facts = { event, target, ending, attempts: event.attempts, now: this.#now() }
    if (ending.condition !== 'Success') {
      this.#metric(target, 'AsyncEventsDropped', 1)
      if (target.version.deadLetterArn)
        await this.#deliver(target, 'DeadLetterErrors', () => deadLetter(this.#context, facts))
    }
    if (destination)
      await this.#deliver(target, 'DestinationDeliveryFailures', () => toDestination(this.#context, destination, facts))
  }

  /** A dead letter or a record that cannot be delivered is lost, and counted as such. */
  async #deliver(target: Resolved, lost: string, deliver: () => Promise<void>): Promise<void> {
    try {
      await deliver()
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      this.#metric(target, lost, 1)
      this.#context.kernel.journal.record('undelivered', target.arn, undefined, {
        code: error.code,
        message: error.message,
      })
    }
  }

  #metric({ fn }: Resolved, name: string, value: number, unit = 'Count'): void {
    this.#context.metric('AWS/Lambda', name, { FunctionName: fn.name }, value, unit)
  }

  #now(): number {
    return this.#context.kernel.clock.now()
  }
}

const configOf = ({ fn, qualifier }: Resolved): EventInvokeConfig | undefined =>
  fn.eventInvoke.get(qualifier ?? '$LATEST')
