import type { ExecutionStatus } from '@aws-sdk/client-sfn'
import type { Clock, Timer } from '../../../kernel/clock.ts'
import type { Machine, QueryLanguage } from '../language/definition.ts'
import { compact, type Json, type JsonObject } from '../language/json.ts'
import { timestampText } from '../language/timestamp.ts'
import type { StatesParts } from '../parts.ts'
import type { Execution } from './execution.ts'
import { Aborted, failureOf, StateFailure } from './failure.ts'
import { type EventDetails, type History, whole } from './history.ts'
import { runMachine } from './interpreter.ts'
import { type Progress, Thread } from './thread.ts'

/** The longest life of an Express execution; a Standard one may live a year. */
const EXPRESS_SECONDS = 300
const STANDARD_SECONDS = 31_536_000

/** Why a thread stops. One for all: the signal would make an error with a stack each time. */
const over = new Aborted()

/** Drives one execution from its start, or from a redrive, to its end. */
export class Run {
  readonly parts: StatesParts
  readonly execution: Execution
  readonly language: QueryLanguage
  /** Resolves when the execution has ended, however it did. */
  readonly ended: Promise<void>
  #top: Thread | undefined
  readonly #input: Json
  #context: { readonly Execution: JsonObject; readonly StateMachine: JsonObject } | undefined
  readonly #abort = new AbortController()
  #timeout: Timer | undefined
  #tellEnded: () => void = () => undefined

  constructor(parts: StatesParts, execution: Execution) {
    this.parts = parts
    this.execution = execution
    this.#input = JSON.parse(execution.input) as Json
    this.language = this.definition.QueryLanguage ?? 'JSONPath'
    this.ended = new Promise((resolve) => {
      this.#tellEnded = resolve
    })
  }

  get clock(): Clock {
    return this.parts.context.kernel.clock
  }

  get history(): History {
    return this.execution.history
  }

  get definition(): Machine {
    return this.execution.revision.machine
  }

  /** How far the execution came: where a redrive goes on. */
  get progress(): Progress | undefined {
    return this.#top?.progress
  }

  /** Begins; returns at once. */
  start(previous: number, resume?: Progress): void {
    const thread = new Thread(this, { previous, variables: new Map(), signal: this.#abort.signal, resume })
    this.#top = thread
    const limit = this.execution.type === 'EXPRESS' ? EXPRESS_SECONDS : STANDARD_SECONDS
    const seconds = Math.min(this.definition.TimeoutSeconds ?? limit, limit)
    this.#timeout = this.clock.after(
      seconds * 1000,
      `states timeout of ${this.execution.name}`,
      () => this.#timedOut(),
      {
        background: this.definition.TimeoutSeconds === undefined,
      },
    )
    void thread.holding(() => this.#drive(thread))
  }

  async #drive(thread: Thread): Promise<void> {
    try {
      const output = await runMachine(thread, this.definition, this.#input)
      const text = compact(output)
      this.execution.output = text
      this.#end('SUCCEEDED', thread.previous, 'ExecutionSucceeded', {
        executionSucceededEventDetails: { output: text, outputDetails: whole },
      })
    } catch (error) {
      if (error instanceof Aborted) return
      this.#fail(thread, error instanceof StateFailure ? error : failureOf(error, '', 0))
    }
  }

  #fail(thread: Thread, failure: StateFailure): void {
    const { error, failureCause: cause } = failure
    if (error !== undefined) this.execution.error = error
    if (cause !== undefined) this.execution.failureCause = cause
    this.#end('FAILED', thread.previous, 'ExecutionFailed', { executionFailedEventDetails: given({ error, cause }) })
  }

  /** Ends the execution from outside. */
  stop(error: string | undefined, cause: string | undefined): void {
    if (error !== undefined) this.execution.error = error
    if (cause !== undefined) this.execution.failureCause = cause
    this.#end('ABORTED', 0, 'ExecutionAborted', { executionAbortedEventDetails: given({ error, cause }) })
  }

  #timedOut(): void {
    this.#end('TIMED_OUT', 0, 'ExecutionTimedOut', { executionTimedOutEventDetails: { error: 'States.Timeout' } })
  }

  #end(
    status: ExecutionStatus,
    previous: number,
    type: 'ExecutionSucceeded' | 'ExecutionFailed' | 'ExecutionAborted' | 'ExecutionTimedOut',
    details: EventDetails,
  ): void {
    if (this.execution.status !== 'RUNNING') return
    this.#timeout?.cancel()
    this.execution.status = status
    this.execution.stopDate = this.clock.now()
    this.history.end(type, previous, details)
    this.#abort.abort(over)
    this.parts.executions.ended(this)
    this.#tellEnded()
  }

  /** Compact text, but for the execution's own input, which keeps the form in which it came. */
  textOf(value: Json): string {
    return value === this.#input && typeof value === 'object' ? this.execution.input : compact(value)
  }

  /** Runs a branch's or an iteration's machine on a thread of its own. */
  readonly interpret = runMachine

  /** The parts of the context object that are the same in every state. */
  get context(): { readonly Execution: JsonObject; readonly StateMachine: JsonObject } {
    this.#context ??= this.#readContext()
    return this.#context
  }

  #readContext() {
    const { arn, type, startDate, name, revision, redriveCount, redriveDate, machineArn, machineName } = this.execution
    return {
      Execution: {
        Id: arn,
        Input: this.#input,
        StartTime: timestampText(startDate),
        Name: name,
        RoleArn: revision.roleArn,
        ...(type === 'EXPRESS' ? {} : { RedriveCount: redriveCount }),
        ...(redriveDate === undefined ? {} : { RedriveTime: timestampText(redriveDate) }),
      },
      StateMachine: { Id: machineArn, Name: machineName },
    }
  }
}

/** Members that are there. */
export const given = <T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
