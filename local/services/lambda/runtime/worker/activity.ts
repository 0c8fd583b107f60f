import crypto from 'node:crypto'
import diagnostics from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import zlib from 'node:zlib'

/** Header that names the worker's request, so that the gateway's lease can take over from the worker's. */
const REQUEST_HEADER = 'x-penstock-request'

/** What `process.getActiveResourcesInfo` lists although nothing of it is under way: idle sockets, ports, our own timers. */
const idleResources = new Set([
  'MessagePort',
  'TCPSocketWrap',
  'TCPServerWrap',
  'Timeout',
  'TTYWrap',
  'PipeWrap',
  'TLSWrap',
])

/** Turns of the event loop without any work after which nothing can run by itself. */
const QUIET_TURNS = 2

type Callable = (...values: never[]) => unknown

/** Finds out when the worker truly waits, and says so. */
export class Activity {
  readonly #sandbox: string
  readonly #parked: (open: number[]) => void
  readonly #open = new Set<number>()
  #requests = 0
  #jobs = 0
  #watching = false
  #quiet = 0

  constructor(sandbox: string, parked: (open: number[]) => void) {
    this.#sandbox = sandbox
    this.#parked = parked
    this.#followRequests()
    this.#followFetches()
    this.#followThreadPool()
  }

  /** Something happened: look again for the moment when nothing is left to do. */
  stirred(): void {
    this.#quiet = 0
    if (this.#watching) return
    this.#watching = true
    setImmediate(this.#watch)
  }

  readonly #watch = (): void => {
    this.#quiet = this.#atWork() ? 0 : this.#quiet + 1
    if (this.#quiet <= QUIET_TURNS) {
      setImmediate(this.#watch)
      return
    }
    this.#watching = false
    this.#parked([...this.#open])
  }

  #atWork(): boolean {
    return this.#jobs > 0 || process.getActiveResourcesInfo().some((resource) => !idleResources.has(resource))
  }

  #begin(mark: (value: string) => void): () => void {
    this.#requests += 1
    const id = this.#requests
    this.#open.add(id)
    mark(`${this.#sandbox}/${id}`)
    this.stirred()
    return () => {
      if (this.#open.delete(id)) this.stirred()
    }
  }

  #followRequests(): void {
    diagnostics.subscribe('http.client.request.created', (message) => {
      const { request } = message as { request: ClientRequest }
      const end = this.#begin((value) => {
        if (!request.headersSent) request.setHeader(REQUEST_HEADER, value)
      })
      request.once('close', end)
    })
  }

  #followFetches(): void {
    type Fetch = { request: { addHeader(name: string, value: string): void } }
    const ends = new WeakMap<object, () => void>()
    diagnostics.subscribe('undici:request:create', (message) => {
      const { request } = message as Fetch
      ends.set(
        request,
        this.#begin((value) => request.addHeader(REQUEST_HEADER, value)),
      )
    })
    for (const channel of ['undici:request:trailers', 'undici:request:error'])
      diagnostics.subscribe(channel, (message) => ends.get((message as Fetch).request)?.())
  }

  /** Compression and cryptography run on the thread pool and are no active resource; each is counted here. */
  #followThreadPool(): void {
    const compressor = Object.getPrototypeOf(Object.getPrototypeOf(zlib.Gzip.prototype)) as Record<string, Callable>
    this.#count(compressor, ['_transform', '_flush'])
    this.#count(crypto as unknown as Record<string, Callable>, [
      'pbkdf2',
      'scrypt',
      'hkdf',
      'randomBytes',
      'randomFill',
      'generateKeyPair',
      'generateKey',
      'sign',
      'verify',
    ])
    this.#count(Object.getPrototypeOf(crypto.webcrypto.subtle) as Record<string, Callable>, [
      'digest',
      'encrypt',
      'decrypt',
      'sign',
      'verify',
      'deriveBits',
      'deriveKey',
      'generateKey',
      'importKey',
      'exportKey',
      'wrapKey',
      'unwrapKey',
    ])
  }

  /** Wraps functions that end by their last argument, a callback, or by a promise. */
  #count(owner: Record<string, Callable>, names: readonly string[]): void {
    const activity = this
    for (const name of names) {
      const original = owner[name]
      if (!original) continue
      const counted = function (this: unknown, ...values: unknown[]): unknown {
        const end = activity.#job()
        const callback = values.at(-1)
        if (typeof callback === 'function')
          values[values.length - 1] = (...results: unknown[]) => {
            end()
            return callback(...results)
          }
        const answer = Reflect.apply(original, this, values) as unknown
        if (answer instanceof Promise) answer.then(end, end)
        else if (typeof callback !== 'function') end()
        return answer
      }
      Object.defineProperties(counted, Object.getOwnPropertyDescriptors(original))
      Object.defineProperty(owner, name, { value: counted, writable: true, configurable: true })
    }
  }

  #job(): () => void {
    this.#jobs += 1
    let ended = false
    return () => {
      if (ended) return
      ended = true
      this.#jobs -= 1
      this.stirred()
    }
  }
}
