import type { EventLoopUtilization } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import type { Clock, Timer } from '../../../kernel/clock.ts'
import type { Lease } from '../../../kernel/leases.ts'
import { monotonicNow, wallTimer } from '../../../kernel/platform.ts'
import { COMPILE_CACHE } from './compile-cache.ts'
import type { FromWorker, ToWorker, WorkerStart } from './protocol.ts'

/** Real time that a worker on virtual time may run without a word: a loop that waits for frozen time never ends by itself. */
const SILENCE_MS = 20_000

/** Handlers make little garbage; V8's default of 16 MB makes an environment 5 MB larger and no faster (measured on the shop). */
const YOUNG_GENERATION_MB = 4

type Outgoing = ToWorker extends infer M ? (M extends ToWorker ? Omit<M, 'seq'> : never) : never

export interface LinkOptions {
  readonly clock: Clock
  /** Names the worker among those who hold the clock back. */
  readonly owner: string
  readonly start: WorkerStart
  readonly env: Readonly<Record<string, string>>
  readonly memoryMb: number
  readonly heard: (message: FromWorker) => void
  /** The worker is gone; `error` where something thrown ended it. */
  readonly ended: (exitCode: number, error: Error | undefined) => void
  /** Real milliseconds it may run without a word. @default 20,000 */
  readonly patience?: number
  /** It ran on without a word for longer than real time allows and is being ended. */
  readonly silent: () => void
  /** Whether it has something to do or truly waits. */
  readonly working: (working: boolean) => void
}

/**
 * A worker as the clock sees it: its timers wait in the kernel, and it holds a lease from each message sent to it until
 * it says that nothing of it can run (`parked`). A request that the gateway has begun is the gateway's to account for.
 */
export class WorkerLink {
  readonly #options: LinkOptions
  readonly #worker: Worker
  readonly #timers = new Map<number, { readonly due: number; timer: Timer | undefined }>()
  readonly #inGateway = new Set<number>()
  #seq = 0
  #parked: { readonly seq: number; readonly open: readonly number[] } | undefined
  #lease: Lease | undefined
  #frozen = false
  #ending = false
  #heardAt = 0
  #stopWatching: (() => void) | undefined
  #thrown: Error | undefined
  #measured: EventLoopUtilization | undefined

  constructor(options: LinkOptions) {
    this.#options = options
    this.#worker = new Worker(new URL('./worker/bootstrap.ts', import.meta.url), {
      workerData: options.start,
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...options.env },
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMb, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    this.#worker.on('message', (message: FromWorker) => this.#receive(message))
    this.#worker.on('error', (error: Error) => {
      this.#thrown = error
    })
    this.#worker.on('exit', (code) => {
      this.#end()
      options.ended(code, this.#thrown)
    })
    this.#take()
  }

  send(message: Outgoing): void {
    this.#seq += 1
    this.#take()
    this.#worker.postMessage({ ...message, seq: this.#seq })
  }

  /** Between invocations the environment stands still: its timers wait for the next one, as on AWS. */
  freeze(): void {
    this.#frozen = true
    for (const entry of this.#timers.values()) entry.timer?.cancel()
    this.#release()
  }

  thaw(): void {
    this.#frozen = false
    // A copy: setting a timer anew puts it at the end of the map.
    for (const [id, { due }] of [...this.#timers]) this.#schedule(id, due)
  }

  /** The gateway has the worker's request and holds the clock for it. */
  requestBegun(request: number): void {
    this.#inGateway.add(request)
    this.#update()
  }

  /** The answer is on its way to the worker, who is at work again until it says otherwise. */
  requestAnswered(request: number): void {
    this.#inGateway.delete(request)
    this.#update()
  }

  /** The clock of a real-time cloud was advanced. */
  shift(): void {
    this.#worker.postMessage({ type: 'shift', seq: this.#seq })
  }

  /** Share of the time since the last call in which the worker's thread was busy. */
  utilization(): number {
    const total = this.#worker.performance.eventLoopUtilization()
    const { utilization } = this.#worker.performance.eventLoopUtilization(total, this.#measured)
    this.#measured = total
    return utilization
  }

  /** Nothing that it still says counts; it holds the clock until it is gone. */
  async terminate(): Promise<void> {
    this.#ending = true
    for (const id of [...this.#timers.keys()]) this.#clear(id)
    this.#take()
    await this.#worker.terminate()
  }

  #receive(message: FromWorker): void {
    if (this.#ending) return
    this.#heardAt = monotonicNow()
    if (message.type === 'timer') this.#schedule(message.timer, message.due)
    else if (message.type === 'clear') this.#clear(message.timer)
    else if (message.type === 'parked') {
      this.#parked = message
      this.#update()
    } else this.#options.heard(message)
  }

  #schedule(id: number, due: number): void {
    this.#clear(id)
    const timer = this.#frozen
      ? undefined
      : this.#options.clock.at(due, `${this.#options.owner} timer`, () => {
          this.#timers.delete(id)
          this.send({ type: 'fire', timer: id })
        })
    this.#timers.set(id, { due, timer })
  }

  #clear(id: number): void {
    this.#timers.get(id)?.timer?.cancel()
    this.#timers.delete(id)
  }

  /** Holds the clock unless the newest word of the worker is that it waits for timers and for the gateway only. */
  #update(): void {
    if (this.#ending) return
    const parked = this.#parked
    const waits = parked?.seq === this.#seq && parked.open.every((request) => this.#inGateway.has(request))
    if (waits || this.#frozen) this.#release()
    else this.#take()
  }

  #take(): void {
    if (this.#lease) return
    this.#lease = this.#options.clock.lease(this.#options.owner)
    this.#options.working(true)
    if (this.#options.start.virtual) this.#watch()
  }

  #release(): void {
    if (!this.#lease) return
    this.#stopWatching?.()
    this.#lease.release()
    this.#lease = undefined
    this.#options.working(false)
  }

  #watch(): void {
    this.#heardAt = monotonicNow()
    const { patience = SILENCE_MS, silent } = this.#options
    const look = () => {
      if (monotonicNow() - this.#heardAt >= patience) return silent()
      this.#stopWatching = wallTimer(patience, look)
    }
    this.#stopWatching = wallTimer(patience, look)
  }

  #end(): void {
    for (const entry of this.#timers.values()) entry.timer?.cancel()
    this.#timers.clear()
    this.#release()
  }
}
