import type { Kernel } from '../kernel/kernel.ts'
import type { Work } from '../kernel/work.ts'
import type { Call, Caller, Protocol, ServiceName } from '../service.ts'

export interface Dispatched {
  readonly caller: Caller
  readonly service: ServiceName
  readonly action: string
  readonly input: Record<string, unknown>
  readonly protocol: Protocol
  readonly cause?: number | undefined
  /** Of a call from within the cloud; an HTTP request has it among its headers. */
  readonly traceHeader?: string | undefined
  readonly unread?: boolean | undefined
  /** The HTTP request that asks for it; absent of calls from within the cloud. */
  readonly over?: Carrier | undefined
}

/** The HTTP request of a call. */
export interface Carrier {
  readonly requestId: string
  readonly headers: Readonly<Record<string, string>>
  /** Aborted when the client hangs up. */
  readonly signal: AbortSignal
  /** What holds the clock for the request until it is answered. */
  readonly work: Work
}

const never = new AbortController().signal
const noHeaders: Readonly<Record<string, string>> = {}

interface Circumstances {
  readonly kernel: Kernel
  readonly entry: number
  readonly work: Work
  /** Tells whom it concerns that the caller waits. */
  meanwhile<T>(caller: Caller, wait: Promise<T>): Promise<T>
}

/** A call as its action sees it. */
export class RunningCall implements Call {
  readonly #request: Dispatched
  readonly #on: Circumstances
  #requestId: string | undefined

  constructor(request: Dispatched, on: Circumstances) {
    this.#request = request
    this.#on = on
  }

  get caller(): Caller {
    return this.#request.caller
  }

  /** A call from within the cloud gets one when it is asked for. */
  get requestId(): string {
    this.#requestId ??= this.#request.over?.requestId ?? this.#on.kernel.random.serial('request')
    return this.#requestId
  }

  get entry(): number {
    return this.#on.entry
  }

  get protocol(): Protocol {
    return this.#request.protocol
  }

  get unread(): boolean {
    return this.#request.unread ?? false
  }

  get headers(): Readonly<Record<string, string>> {
    const { over, traceHeader } = this.#request
    return over?.headers ?? (traceHeader === undefined ? noHeaders : { 'x-amzn-trace-id': traceHeader })
  }

  get signal(): AbortSignal {
    return this.#request.over?.signal ?? never
  }

  whileWaiting<T>(wait: Promise<T>): Promise<T> {
    return this.#on.work.whileWaiting(this.#on.meanwhile(this.caller, wait))
  }
}
