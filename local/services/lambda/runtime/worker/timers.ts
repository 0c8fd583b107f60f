import timers from 'node:timers'
import promises from 'node:timers/promises'
import { promisify } from 'node:util'

type Callback = (...values: unknown[]) => void

/** Where timers wait: the kernel's clock, reached by message. */
export interface TimerPort {
  now(): number
  set(timer: number, due: number): void
  clear(timer: number): void
}

/** A timer of the kernel's clock with the face of Node's `Timeout`. */
class VirtualTimeout {
  readonly id: number
  readonly delay: number
  readonly repeats: boolean
  readonly call: () => void
  readonly #owner: VirtualTimers
  #referenced = true

  constructor(owner: VirtualTimers, id: number, delay: number, repeats: boolean, call: () => void) {
    this.#owner = owner
    this.id = id
    this.delay = delay
    this.repeats = repeats
    this.call = call
  }

  ref(): this {
    this.#referenced = true
    return this
  }

  unref(): this {
    this.#referenced = false
    return this
  }

  hasRef(): boolean {
    return this.#referenced
  }

  refresh(): this {
    this.#owner.start(this)
    return this
  }

  close(): this {
    this.#owner.clear(this)
    return this
  }

  [Symbol.toPrimitive](): number {
    return this.id
  }

  [Symbol.dispose](): void {
    this.#owner.clear(this)
  }
}

/** Node clamps delays to 1..2^31-1 ms. */
const delayOf = (value: unknown): number => {
  const delay = Math.trunc(Number(value))
  return delay >= 1 && delay <= 0x7fffffff ? delay : 1
}

export class VirtualTimers {
  readonly #port: TimerPort
  readonly #waiting = new Map<number, VirtualTimeout>()
  #next = 0

  constructor(port: TimerPort) {
    this.#port = port
  }

  start(timeout: VirtualTimeout): void {
    this.#waiting.set(timeout.id, timeout)
    this.#port.set(timeout.id, this.#port.now() + timeout.delay)
  }

  clear(timeout: unknown): void {
    const id = timeout instanceof VirtualTimeout ? timeout.id : Number(timeout)
    if (this.#waiting.delete(id)) this.#port.clear(id)
  }

  fire(id: number): void {
    const timeout = this.#waiting.get(id)
    if (!timeout) return
    if (timeout.repeats) this.start(timeout)
    else this.#waiting.delete(id)
    timeout.call()
  }

  readonly setTimeout = (callback: Callback, delay?: number, ...values: unknown[]): VirtualTimeout =>
    this.#create(false, callback, delay, values)

  readonly setInterval = (callback: Callback, delay?: number, ...values: unknown[]): VirtualTimeout =>
    this.#create(true, callback, delay, values)

  readonly clearTimeout = (timeout: unknown): void => this.clear(timeout)

  readonly sleep = <T>(delay?: number, value?: T, options: { signal?: AbortSignal } = {}): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      const { signal } = options
      if (signal?.aborted) return reject(abortError(signal))
      const abort = () => {
        this.clear(timeout)
        reject(abortError(signal as AbortSignal))
      }
      const timeout = this.setTimeout(() => {
        signal?.removeEventListener('abort', abort)
        resolve(value)
      }, delay)
      signal?.addEventListener('abort', abort, { once: true })
    })

  async *ticks<T>(delay?: number, value?: T, options: { signal?: AbortSignal } = {}): AsyncGenerator<T | undefined> {
    for (;;) yield await this.sleep(delay, value, options)
  }

  #create(repeats: boolean, callback: Callback, delay: unknown, values: unknown[]): VirtualTimeout {
    if (typeof callback !== 'function')
      throw Object.assign(new TypeError('The "callback" argument must be of type function.'), {
        code: 'ERR_INVALID_ARG_TYPE',
      })
    this.#next += 1
    const timeout = new VirtualTimeout(this, this.#next, delayOf(delay), repeats, () => callback(...values))
    this.start(timeout)
    return timeout
  }
}

const abortError = (signal: AbortSignal): Error =>
  Object.assign(new Error('The operation was aborted', { cause: signal.reason }), {
    name: 'AbortError',
    code: 'ABORT_ERR',
  })

/** Puts the virtual timers where Node's are found: globals, `node:timers`, `node:timers/promises`, `promisify`, `AbortSignal.timeout`. */
export function replaceTimers(virtual: VirtualTimers): void {
  const { setTimeout, setInterval, clearTimeout, sleep } = virtual
  Object.defineProperty(setTimeout, promisify.custom, { value: sleep })
  const found = { setTimeout, setInterval, clearTimeout, clearInterval: clearTimeout }
  Object.assign(globalThis, found)
  Object.assign(timers, found)
  Object.assign(promises, {
    setTimeout: sleep,
    setInterval: (delay?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
      virtual.ticks(delay, value, options),
  })
  Object.assign(promises.scheduler, {
    wait: (delay: number, options?: { signal?: AbortSignal }) => sleep(delay, undefined, options),
  })
  AbortSignal.timeout = (delay) => {
    const controller = new AbortController()
    const expire = () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
    setTimeout(expire, delay)
    return controller.signal
  }
}
