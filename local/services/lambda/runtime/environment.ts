import type { Timer } from '../../../kernel/clock.ts'
import type { CloudContext } from '../../../service.ts'
import type { FunctionVersion } from '../model/configuration.ts'
import type { InvocationRequest, Outcome } from './invocation.ts'
import { keptAt, keptLines } from './log-level.ts'
import type { EnvironmentLog } from './log-stream.ts'
import type { Failure, FromWorker } from './protocol.ts'
import {
  endLine,
  exitLine,
  initReportLine,
  jsonEvent,
  jsonReport,
  type Report,
  reportLine,
  startLine,
} from './report.ts'
import { type LinkOptions, WorkerLink } from './worker-link.ts'

/** Lambda's limit of the init phase; one that takes longer goes on in the first invocation, within the function's timeout. */
const INIT_LIMIT_MS = 10_000

export interface EnvironmentOptions {
  readonly context: CloudContext
  readonly version: FunctionVersion
  readonly link: Pick<LinkOptions, 'start' | 'env'>
  readonly sandbox: string
  readonly log: EnvironmentLog
}

interface Running {
  readonly request: InvocationRequest
  readonly resolve: (outcome: Outcome) => void
  readonly log: string[]
  readonly working: (working: boolean) => void
  began: number
  timer: Timer | undefined
}

/** One execution environment: a worker that handles one invocation at a time, until it dies. */
export class Environment {
  readonly sandbox: string
  readonly version: FunctionVersion
  readonly #options: EnvironmentOptions
  readonly #link: WorkerLink
  /** Instant on the clock. */
  readonly started: number
  #phase: 'starting' | 'ready' | 'dead' = 'starting'
  #initDuration: number | undefined
  /** Why it ended, where it said so or was ended on purpose. */
  #lastWords: Failure | undefined
  #running: Running | undefined
  #onDeath: () => void = () => {}
  /** What the worker says of itself, and how many of its calls wait. */
  #works = true
  #waitingCalls = 0

  constructor(options: EnvironmentOptions) {
    this.#options = options
    this.version = options.version
    this.sandbox = options.sandbox
    const { clock } = options.context.kernel
    this.started = clock.now()
    this.#link = new WorkerLink({
      ...options.link,
      clock,
      owner: `lambda ${options.version.name}`,
      memoryMb: options.version.memorySize,
      heard: (message) => this.#heard(message),
      ended: (code, error) => this.#ended(code, error),
      silent: () => this.#silent(),
      working: (working) => {
        this.#works = working
        this.#tell()
      },
    })
  }

  get dead(): boolean {
    return this.#phase === 'dead'
  }

  /** Journal entry of the invocation it is busy with. */
  get entry(): number | undefined {
    return this.#running?.request.entry
  }

  onDeath(listener: () => void): void {
    this.#onDeath = listener
  }

  /** Runs one invocation. `working` is told when the worker starts to wait and when it goes on. */
  invoke(request: InvocationRequest, working: (working: boolean) => void): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#running = { request, resolve, working, log: [], began: this.#now(), timer: undefined }
      if (this.#phase === 'ready') this.#begin(this.#running)
      else if (this.#phase === 'starting')
        this.#limit(this.#running, INIT_LIMIT_MS + this.version.timeout * 1000, 'init')
    })
  }

  callWaits(waits: boolean): void {
    this.#waitingCalls += waits ? 1 : -1
    this.#tell()
  }

  /** Share of the time since the last call in which the worker's thread was busy. A thread that starts has no event loop to measure. */
  utilization(): number {
    return this.#phase === 'ready' ? this.#link.utilization() : 1
  }

  requestBegun(request: number): void {
    this.#link.requestBegun(request)
  }

  requestAnswered(request: number): void {
    this.#link.requestAnswered(request)
  }

  shift(): void {
    this.#link.shift()
  }

  /** Ends it at once, as AWS ends an environment that it no longer needs or that used up its memory. */
  async kill(failure?: Failure): Promise<void> {
    this.#lastWords ??= failure
    await this.#link.terminate()
  }

  #tell(): void {
    this.#running?.working(this.#works && this.#waitingCalls === 0)
  }

  #begin(running: Running): void {
    const { request } = running
    const { version } = this
    running.timer?.cancel()
    running.began = this.#now()
    this.#limit(running, version.timeout * 1000, 'task')
    this.#options.log.begin()
    this.#link.thaw()
    this.#platformLog(running, 'start', startLine(request.requestId, version.version))
    this.#link.send({
      type: 'invoke',
      event: request.payload,
      facts: {
        requestId: request.requestId,
        functionName: version.name,
        functionVersion: version.version,
        invokedFunctionArn: request.invokedArn,
        memoryLimitInMB: String(version.memorySize),
        logGroupName: version.logging.group,
        logStreamName: this.#options.log.stream,
        deadline: running.began + version.timeout * 1000,
        traceId: request.traceId,
        ...(request.clientContext === undefined ? {} : { clientContext: request.clientContext }),
      },
    })
  }

  #limit(running: Running, milliseconds: number, what: 'init' | 'task'): void {
    const { clock } = this.#options.context.kernel
    running.timer = clock.after(milliseconds, `lambda ${this.version.name} ${what} times out`, () => {
      void this.kill(this.#timedOut(running, milliseconds))
    })
  }

  #timedOut(running: Running, milliseconds: number): Failure {
    const { requestId } = running.request
    const text = `Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`
    this.#log(running, [`${new Date(this.#now()).toISOString()} ${requestId} ${text}`])
    return { errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: ${text}` }
  }

  #silent(): void {
    const running = this.#running
    if (running)
      this.#log(running, [
        'The local cloud ended this environment: its code ran on in real time while its clock stood still.',
      ])
    void this.kill(running && this.#timedOut(running, this.version.timeout * 1000))
  }

  #heard(message: FromWorker): void {
    const running = this.#running
    switch (message.type) {
      case 'ready':
        this.#phase = 'ready'
        this.#initDuration = message.milliseconds
        if (running) this.#begin(running)
        return
      case 'init-failed':
      case 'crashed':
        this.#lastWords = message.failure
        return
      case 'log':
        this.#told(message.text)
        return
      case 'result':
        if (running) this.#finish(running, { payload: message.payload }, message)
        return
      case 'failed':
        if (running)
          this.#finish(running, { payload: JSON.stringify(message.failure), failure: message.failure }, message)
        return
    }
  }

  #ended(code: number, error: Error | undefined): void {
    const initFailed = this.#phase === 'starting'
    this.#phase = 'dead'
    this.#onDeath()
    const running = this.#running
    if (!running) return
    const failure = this.#lastWords ?? exitFailure(running.request.requestId, code, error)
    if (initFailed) {
      running.began = this.#now()
      this.#log(running, [initReportLine(this.#now() - this.started, failure.errorType)])
      this.#platformLog(running, 'start', startLine(running.request.requestId, this.version.version))
    } else if (this.version.logging.format === 'Text' && failure.errorType !== 'Sandbox.Timedout') {
      const exit = exitFailure(running.request.requestId, code, error)
      this.#log(running, [exitLine(exit.errorMessage, exit.errorType)])
    }
    this.#finish(
      running,
      { payload: JSON.stringify(failure), failure },
      { milliseconds: this.#now() - running.began, heap: 0 },
      failure,
    )
  }

  #finish(
    running: Running,
    ending: Pick<Outcome, 'payload' | 'failure'>,
    measured: { readonly milliseconds: number; readonly heap: number },
    death?: Failure,
  ): void {
    running.timer?.cancel()
    const report: Report = {
      requestId: running.request.requestId,
      duration: measured.milliseconds,
      memoryMb: this.version.memorySize,
      usedBytes: measured.heap,
      initDuration: this.#initDuration,
      ...(death ? { status: death.errorType === 'Sandbox.Timedout' ? 'timeout' : 'error' } : {}),
      ...(death && death.errorType !== 'Sandbox.Timedout' ? { errorType: death.errorType } : {}),
    }
    this.#initDuration = undefined
    const json = this.version.logging.format === 'JSON'
    if (!json) this.#log(running, [endLine(report.requestId), reportLine(report)])
    // Levels of the platform's events: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    else if (keptAt(this.version.logging.systemLevel, report.status === undefined ? 'INFO' : 'WARN'))
      this.#log(running, [jsonReport(this.#now(), this.version, report)])
    this.#running = undefined
    running.resolve({ ...ending, duration: measured.milliseconds, log: running.log })
    if (!death) this.#link.freeze()
  }

  #platformLog(running: Running, type: string, text: string): void {
    const { format, systemLevel } = this.version.logging
    const record = { requestId: running.request.requestId, version: this.version.version }
    if (keptAt(systemLevel, 'INFO'))
      this.#log(running, [format === 'JSON' ? jsonEvent(this.#now(), type, record) : text])
  }

  #told(text: string): void {
    const lines = keptLines(text.split('\n'), this.version.logging.applicationLevel)
    if (lines.length === 0) return
    if (this.#running) this.#log(this.#running, lines)
    else this.#options.log.write(lines)
  }

  #log(running: Running, lines: readonly string[]): void {
    running.log.push(...lines)
    this.#options.log.write(lines)
  }

  #now(): number {
    return this.#options.context.kernel.clock.now()
  }
}

/** What Lambda says of a runtime process that is gone without a word. */
function exitFailure(requestId: string, code: number, error: Error | undefined): Failure {
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return {
      errorType: 'Runtime.OutOfMemory',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
    }
  if (error) return { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: ${error.message}` }
  const reason =
    code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`
  return { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: ${reason}` }
}
