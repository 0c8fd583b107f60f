import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { AwsError } from '../errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Lease } from '../kernel/leases.ts'
import { Work } from '../kernel/work.ts'
import type { Caller, Service } from '../service.ts'
import { type WireAnswer, writeAnswer, writeError } from './answer.ts'
import { type Claimed, claim, partlyOf, type WireRequest } from './claim.ts'
import { Disconnected, type Dispatcher } from './dispatch.ts'
import { Exchange } from './exchange.ts'
import { Connection } from './http/connection.ts'
import { nodeServer } from './http/node-server.ts'
import type { Host, HttpRequest, Reply } from './http/request.ts'
import { MARK_HEADER } from './outside-client.ts'

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

/** The HTTP server of the local cloud, on the loopback interface only. What can be answered at once is, without a promise. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #foreignRegions = new Set<string>()
  #dateSecond = 0
  #date = ''

  constructor(options: GatewayOptions) {
    this.#options = options
    const host: Host = {
      serve: (request, reply) => this.#serve(request, reply),
      arriving: () => options.kernel.clock.lease('a request that arrives'),
      date: () => this.#dateHeader(),
    }
    const other = nodeServer(host)
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      new Connection(socket, host, (given) => other.emit('connection', given))
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
      for (const socket of this.#sockets) socket.destroy()
    })
  }

  #serve(request: HttpRequest, reply: Reply): void {
    const { clock, random } = this.#options.kernel
    const owner = `request ${request.method} ${request.target.slice(0, 80)}`
    const lease = clock.lease(owner)
    const mark = request.headers[MARK_HEADER]
    if (mark !== undefined) this.#options.marked?.requestBegun(mark)
    const run = (held: Lease): void => {
      this.#run(new Exchange(request, reply, random.serial('request'), new Work(clock, owner, held)), mark)
    }
    if (mark === undefined || !clock.sequential) run(lease)
    else {
      lease.release()
      void clock.admission(`request ${mark}`).then(run)
    }
  }

  #run(exchange: Exchange, mark: string | undefined): void {
    const send = (answer: WireAnswer) => {
      if (mark !== undefined) this.#options.marked?.requestAnswered(mark)
      if (!exchange.reply.gone) exchange.reply.send(answer)
      exchange.work.end()
    }
    const fail = (error: unknown) => {
      if (!(error instanceof Disconnected)) return send(this.#failure(error, exchange))
      if (mark !== undefined) this.#options.marked?.requestAnswered(mark)
      exchange.reply.breakOff()
      exchange.work.end()
    }
    try {
      const answer = this.#answer(exchange)
      if (answer instanceof Promise) answer.then(send).catch(fail)
      else send(answer)
    } catch (error) {
      fail(error)
    }
  }

  #answer(exchange: Exchange): WireAnswer | Promise<WireAnswer> {
    const { request, signature } = exchange.read()
    if (signature?.region && signature.region !== this.#options.region) this.#tellRegion(signature.region)
    const caller = (): Caller =>
      signature ? this.#options.callerOf(signature.accessKeyId, signature.sessionToken) : { kind: 'anonymous' }
    return isPlain(request)
      ? this.#plainAnswer(exchange, request, caller)
      : this.#calledAnswer(exchange, request, caller)
  }

  #calledAnswer(exchange: Exchange, request: WireRequest, caller: () => Caller): WireAnswer | Promise<WireAnswer> {
    const claimed = claim(request)
    if (!claimed) throw new AwsError('UnknownOperationException', unclaimed(request), { status: 404 })
    return claimed instanceof Promise
      ? claimed.then((one) => this.#dispatched(exchange, one, caller))
      : this.#dispatched(exchange, claimed, caller)
  }

  #dispatched(exchange: Exchange, claimed: Claimed, caller: () => Caller): WireAnswer | Promise<WireAnswer> {
    exchange.partly = claimed
    if (claimed.protocol === 'rest-xml') exchange.checkPresigned(this.#options.kernel.clock.now())
    const output = this.#options.dispatcher.run({
      caller: caller(),
      service: claimed.model.entry.name,
      action: claimed.operation.name,
      input: claimed.readInput(),
      protocol: claimed.protocol,
      over: exchange,
    })
    return output instanceof Promise
      ? output.then((later) => writeAnswer(claimed, later, exchange.requestId))
      : writeAnswer(claimed, output, exchange.requestId)
  }

  /** The answer of the first service that takes the request as plain HTTP, else that of the action it asks for. */
  async #plainAnswer(exchange: Exchange, request: WireRequest, caller: () => Caller): Promise<WireAnswer> {
    const { requestId, work } = exchange
    for (const service of this.#options.httpServices) {
      const answer = await service.http?.({
        ...request,
        host: request.headers.host ?? '',
        whileWaiting: (wait) => work.whileWaiting(this.#options.dispatcher.meanwhile(caller(), wait)),
        // Only where the service asks: an ended session is an error that the claimed protocol has to write.
        get caller() {
          return caller()
        },
      })
      if (answer) return { ...answer, headers: { 'x-amzn-requestid': requestId, ...answer.headers } }
    }
    return this.#calledAnswer(exchange, request, caller)
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

  #failure(error: unknown, { partly, requestId }: Exchange): WireAnswer {
    return writeError(error instanceof AwsError ? error : asInternal(error), partlyOf(error) ?? partly, requestId)
  }

  /** Virtual: with the machine's own date the SDK would correct its clock and sign with real time. */
  #dateHeader(): string {
    const second = Math.floor(this.#options.kernel.clock.now() / 1000)
    if (second !== this.#dateSecond) {
      this.#dateSecond = second
      this.#date = new Date(second * 1000).toUTCString()
    }
    return this.#date
  }
}

function asInternal(error: unknown): AwsError {
  process.emitWarning(error instanceof Error ? error : String(error), 'PenstockDefect')
  const message = `A defect of the local cloud: ${error instanceof Error ? error.message : error}`
  return new AwsError('InternalFailure', message, { status: 500 })
}

/** Whether a request may belong to a service's plain HTTP: it is not signed for one of the others. */
const isPlain = ({ scope }: WireRequest): boolean =>
  scope === undefined || scope === 'execute-api' || scope === ADMINISTRATION

/** The scope of administrative requests, which are the local cloud's own. */
const ADMINISTRATION = 'penstock'

const unclaimed = (request: WireRequest): string =>
  `${request.method} ${request.path} belongs to no service that the local cloud simulates${request.scope ? ` (signed for ${request.scope})` : ' (the request is not signed)'}.`
