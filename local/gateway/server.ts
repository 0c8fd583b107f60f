import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AwsError } from '../errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Caller, HttpAnswer, Service } from '../service.ts'
import { Disconnected, type Dispatcher } from './dispatch.ts'
import { MARK_HEADER } from './outside-client.ts'
import { readSignature } from './signature.ts'
import { claim, type Partly, partlyOf, type WireAnswer, type WireRequest, writeAnswer, writeError } from './wire.ts'

/** The largest request body: SQS's batch of 1 MiB in base64 with room, Lambda's 6 MB. */
const MAX_BODY = 12 * 1024 * 1024

/** Of S3, whose own limit of 5 GiB a put is no matter for a process that holds objects in memory. */
const MAX_OBJECT = 128 * 1024 * 1024

const limitOf = (incoming: IncomingMessage): number =>
  readSignature(headersOf(incoming), new URLSearchParams(incoming.url?.split('?')[1]))?.scope === 's3'
    ? MAX_OBJECT
    : MAX_BODY

export interface GatewayOptions {
  readonly kernel: Kernel
  /** The one region that all requests are answered for. */
  readonly region: string
  readonly dispatcher: Dispatcher
  readonly callerOf: (accessKeyId: string, sessionToken?: string) => Caller
  /** Services with plain HTTP of their own, asked in order before a request is refused. */
  readonly httpServices: readonly Service[]
  /** Told of the requests that a Lambda worker on virtual time, or an outside client that holds the clock, marked as its own. */
  readonly marked?: {
    requestBegun(mark: string): void
    requestAnswered(mark: string): void
  }
}

/** A request's hold on the clock. */
interface Holding {
  /** The dispatcher's own lease stands for the request from now on. */
  handOver(): void
  /** Lets the clock go on until the wait is over. */
  whileWaiting<T>(wait: Promise<T>): Promise<T>
}

/** The HTTP server of the local cloud, on the loopback interface only. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #server: Server
  readonly #foreignRegions = new Set<string>()
  #dateSecond = 0
  #date = ''

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
      void this.#serve(request, response)
    })
    this.#server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
    })
  }

  /** Listens on 127.0.0.1; port 0 takes a free one. Rejects with the system's error where the port is taken. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject)
        resolve((this.#server.address() as AddressInfo).port)
      })
    })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock } = this.#options.kernel
    const take = () => clock.lease(`request ${incoming.method} ${incoming.url?.slice(0, 80)}`)
    let lease = take()
    const mark = incoming.headers[MARK_HEADER]
    if (typeof mark === 'string') this.#options.marked?.requestBegun(mark)
    const aborted = new AbortController()
    response.on('close', () => {
      if (!response.writableFinished) aborted.abort()
      lease.release()
    })
    const holding: Holding = {
      handOver: () => lease.release(),
      whileWaiting: async (wait) => {
        lease.release()
        try {
          return await wait
        } finally {
          lease = take()
        }
      },
    }
    try {
      const body = await readBody(incoming)
      if (typeof mark === 'string' && clock.sequential) {
        lease.release()
        lease = await clock.admission(`request ${mark}`)
      }
      const answer = await this.#answer(incoming, body, aborted.signal, holding)
      if (typeof mark === 'string') this.#options.marked?.requestAnswered(mark)
      if (aborted.signal.aborted) return
      this.#send(response, answer)
    } catch (error) {
      if (typeof mark === 'string') this.#options.marked?.requestAnswered(mark)
      if (error instanceof Disconnected) response.destroy()
      else if (!aborted.signal.aborted) this.#send(response, this.#defect(error))
    } finally {
      lease.release()
    }
  }

  async #answer(
    incoming: IncomingMessage,
    body: Uint8Array,
    signal: AbortSignal,
    holding: Holding,
  ): Promise<WireAnswer> {
    const requestId = this.#options.kernel.random.serial('request')
    let partly: Partly = { model: undefined, protocol: 'rest-json' }
    try {
      const url = incoming.url === '/' ? ROOT : new URL(incoming.url ?? '/', 'http://localhost')
      const headers = headersOf(incoming)
      const signature = readSignature(headers, url.searchParams)
      if (signature?.region && signature.region !== this.#options.region) this.#tellRegion(signature.region)
      const request: WireRequest = {
        method: incoming.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        headers,
        body,
        scope: signature?.scope,
        target: (incoming.url ?? '/').replace(/\?.*$/s, ''),
      }
      const caller = (): Caller =>
        signature ? this.#options.callerOf(signature.accessKeyId, signature.sessionToken) : { kind: 'anonymous' }
      const plain = isPlain(request) ? await this.#plainHttp(request, caller, holding) : undefined
      if (plain) return { ...plain, headers: { 'x-amzn-requestid': requestId, ...plain.headers } }
      const claimed = await claim(request)
      if (!claimed) throw new AwsError('UnknownOperationException', unclaimed(request), { status: 404 })
      partly = claimed
      const running = this.#options.dispatcher.run({
        caller: caller(),
        service: claimed.model.entry.name,
        action: claimed.operation.name,
        input: claimed.readInput(),
        protocol: claimed.protocol,
        headers,
        signal,
        requestId,
      })
      holding.handOver()
      const output = await running
      const answer = writeAnswer(claimed, output, requestId)
      return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': requestId } }
    } catch (error) {
      if (error instanceof Disconnected) throw error
      const known = error instanceof AwsError ? error : this.#asInternal(error)
      const answer = writeError(known, partlyOf(error) ?? partly, requestId)
      return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': requestId } }
    }
  }

  async #plainHttp(
    request: WireRequest,
    caller: () => Caller,
    { whileWaiting }: Holding,
  ): Promise<HttpAnswer | undefined> {
    for (const service of this.#options.httpServices) {
      const host = request.headers.host ?? ''
      const answer = await service.http?.({
        ...request,
        host,
        whileWaiting: (wait) => whileWaiting(this.#options.dispatcher.meanwhile(caller(), wait)),
        // Only where the service asks: an ended session is an error that the claimed protocol has to write.
        get caller() {
          return caller()
        },
      })
      if (answer) return answer
    }
    return undefined
  }

  /** AWS has an endpoint a region; this one answers for its own whatever the client's region, and says so once. */
  #tellRegion(region: string): void {
    if (this.#foreignRegions.has(region)) return
    this.#foreignRegions.add(region)
    process.emitWarning(
      `Requests signed for region '${region}' are answered as ${this.#options.region}, the only region of this local cloud: names and ARNs are those of ${this.#options.region}. Start it with --region ${region}, or set the client's region.`,
      'PenstockRegion',
    )
  }

  #asInternal(error: unknown): AwsError {
    process.emitWarning(error instanceof Error ? error : String(error), 'PenstockDefect')
    return new AwsError(
      'InternalFailure',
      `A defect of the local cloud: ${error instanceof Error ? error.message : error}`,
      { status: 500 },
    )
  }

  #defect(error: unknown): WireAnswer {
    if (error instanceof AwsError) return writeError(error, { model: undefined, protocol: 'rest-json' }, 'none')
    return writeError(this.#asInternal(error), { model: undefined, protocol: 'rest-json' }, 'none')
  }

  #send(response: ServerResponse, answer: WireAnswer): void {
    response.sendDate = false
    response.writeHead(answer.status, {
      'content-length': String(typeof answer.body === 'string' ? Buffer.byteLength(answer.body) : answer.body.length),
      // The answer to a HEAD has the length of what a GET would bring.
      ...answer.headers,
      // Virtual: with the machine's own date the SDK would correct its clock and sign with real time.
      date: this.#dateHeader(),
    })
    response.end(answer.body)
  }

  #dateHeader(): string {
    const second = Math.floor(this.#options.kernel.clock.now() / 1000)
    if (second !== this.#dateSecond) {
      this.#dateSecond = second
      this.#date = new Date(second * 1000).toUTCString()
    }
    return this.#date
  }
}

/** Where nearly all AWS protocols post to. */
const ROOT = new URL('http://localhost/')

/** Whether a request may belong to a service's plain HTTP: it is not signed for one of the others. */
const isPlain = ({ scope }: WireRequest): boolean =>
  scope === undefined || scope === 'execute-api' || scope === ADMINISTRATION

/** The scope of administrative requests, which are the local cloud's own. */
const ADMINISTRATION = 'penstock'

const unclaimed = (request: WireRequest): string =>
  `${request.method} ${request.path} belongs to no service that the local cloud simulates${request.scope ? ` (signed for ${request.scope})` : ' (the request is not signed)'}.`

/** Node.js joins repeated headers of a request into one text; only an answer's `set-cookie` would be a list. */
const headersOf = (incoming: IncomingMessage): Readonly<Record<string, string>> =>
  incoming.headers as Readonly<Record<string, string>>

function readBody(incoming: IncomingMessage): Promise<Uint8Array> {
  const limit = limitOf(incoming)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
    })
    incoming.on('end', () => {
      if (size > limit)
        reject(
          new AwsError('RequestEntityTooLarge', `The request has ${size} bytes; at most ${limit} are taken.`, {
            status: 413,
          }),
        )
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
    })
    incoming.on('error', () => reject(new Disconnected()))
  })
}
