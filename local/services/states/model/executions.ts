import type { CloudContext } from '../../../service.ts'
import { executionAlreadyExists, executionDoesNotExist } from '../errors.ts'
import type { Execution } from '../execution/execution.ts'
import { History, type HistoryEvent } from '../execution/history.ts'
import { Run } from '../execution/run.ts'
import type { Progress } from '../execution/thread.ts'
import type { StatesParts } from '../parts.ts'
import { logEvent } from '../telemetry/log.ts'
import { recordEnd, recordStart } from '../telemetry/metrics.ts'
import { tellStatus } from '../telemetry/status-event.ts'
import type { StartTarget } from './machines.ts'

/** An ended execution is known for 90 days. */
const RETENTION_MS = 90 * 86_400_000

export interface StartRequest {
  readonly target: StartTarget
  readonly name: string
  readonly input: string
  readonly cause: number | undefined
  readonly traceHeader?: string | undefined
  /** Of a distributed Map's child. */
  readonly mapRun?: { readonly arn: string; readonly label: string; readonly type: 'STANDARD' | 'EXPRESS' }
}

/** The executions of a cloud. */
export class Executions {
  readonly #context: CloudContext
  readonly #parts: () => StatesParts
  readonly #byArn = new Map<string, Execution>()
  readonly #runs = new Map<string, Run>()

  constructor(context: CloudContext, parts: () => StatesParts) {
    this.#context = context
    this.#parts = parts
  }

  /**
   * Starts an execution. Starting a running Standard one again with the same name and input gives that one.
   * @throws AwsError ExecutionAlreadyExists
   */
  start(request: StartRequest): Execution {
    const { machine } = request.target
    const type = request.mapRun?.type ?? machine.type
    const arn = this.#arnOf(request, type)
    const existing = type === 'STANDARD' ? this.find(arn) : undefined
    if (existing) {
      if (existing.status === 'RUNNING' && existing.input === request.input) return existing
      throw executionAlreadyExists(arn)
    }
    const execution = this.#create(request, arn, type)
    this.#byArn.set(arn, execution)
    const previous = 0
    execution.history.add('ExecutionStarted', previous, {
      executionStartedEventDetails: {
        input: execution.input,
        inputDetails: { truncated: false },
        roleArn: execution.revision.roleArn,
        ...(execution.versionArn === undefined ? {} : { stateMachineVersionArn: execution.versionArn }),
        ...(execution.aliasArn === undefined ? {} : { stateMachineAliasArn: execution.aliasArn }),
      },
    })
    this.#begin(new Run(this.#parts(), execution), previous)
    return execution
  }

  /** Goes on with an execution that ended badly, at the state where it did. */
  redrive(execution: Execution): void {
    const run = this.#runs.get(execution.arn)
    execution.status = 'RUNNING'
    execution.redriveCount += 1
    execution.redriveDate = this.#context.kernel.clock.now()
    for (const member of ['stopDate', 'error', 'failureCause'] as const) delete execution[member]
    const last = execution.history.events.at(-1)?.id ?? 0
    const previous = execution.history.add('ExecutionRedriven', last, {
      executionRedrivenEventDetails: { redriveCount: execution.redriveCount },
    })
    this.#begin(new Run(this.#parts(), execution), previous, run?.progress)
  }

  #begin(run: Run, previous: number, resume?: Progress): void {
    this.#runs.set(run.execution.arn, run)
    recordStart(this.#context, run.execution)
    tellStatus(this.#context, run.execution)
    run.start(previous, resume)
  }

  #create(
    { target, name, input, cause, traceHeader, mapRun }: StartRequest,
    arn: string,
    type: Execution['type'],
  ): Execution {
    const { kernel } = this.#context
    const history = new History(() => kernel.clock.now(), type === 'STANDARD')
    // A distributed Map's children are of a part of the state machine, named for the Map.
    const part = mapRun === undefined ? '' : `/${mapRun.label}`
    const execution: Execution = {
      arn,
      name,
      machine: target.machine,
      machineArn: `${target.machine.arn}${part}`,
      machineName: `${target.machine.name}${part}`,
      versionArn: target.versionArn,
      aliasArn: target.aliasArn,
      type,
      revision: target.revision,
      input,
      startDate: kernel.clock.now(),
      entry: kernel.journal.record('execution', arn, cause, { machine: target.machine.arn, name }),
      traceHeader,
      history,
      mapRunArn: mapRun?.arn,
      status: 'RUNNING',
      redriveCount: 0,
    }
    history.onEvent = (event: HistoryEvent) => logEvent(this.#context, execution, event)
    return execution
  }

  #arnOf({ target, name, mapRun }: StartRequest, type: Execution['type']): string {
    const { prefix } = this.#parts().machines
    const machine = mapRun === undefined ? target.machine.name : `${target.machine.name}/${mapRun.label}`
    if (type === 'STANDARD') return `${prefix}:execution:${machine}:${name}`
    return `${prefix}:express:${machine}:${name}:${this.#context.kernel.random.uuid('express execution')}`
  }

  /** Told by a run when it is over. */
  ended({ execution }: Run): void {
    recordEnd(this.#context, execution)
    tellStatus(this.#context, execution)
    // An Express execution cannot be asked about: it leaves its log only.
    if (execution.type === 'EXPRESS' && execution.mapRunArn === undefined) this.#forget(execution.arn)
  }

  /** Resolves with the run when the execution is over. */
  async whenEnded(arn: string): Promise<void> {
    await this.#runs.get(arn)?.ended
  }

  run(arn: string): Run | undefined {
    return this.#runs.get(arn)
  }

  find(arn: string): Execution | undefined {
    const execution = this.#byArn.get(arn)
    if (execution?.stopDate === undefined) return execution
    if (this.#context.kernel.clock.now() - execution.stopDate <= RETENTION_MS) return execution
    this.#forget(arn)
    return undefined
  }

  /** @throws AwsError ExecutionDoesNotExist */
  get(arn: string): Execution {
    const execution = this.find(arn)
    if (!execution) throw executionDoesNotExist(arn)
    return execution
  }

  /** Newest first. */
  list(filter: (execution: Execution) => boolean): Execution[] {
    return [...this.#byArn.values()].filter((execution) => this.find(execution.arn) && filter(execution)).reverse()
  }

  #forget(arn: string): void {
    this.#byArn.delete(arn)
    this.#runs.delete(arn)
  }
}
