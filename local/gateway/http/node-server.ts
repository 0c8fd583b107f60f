import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { AwsError } from '../../errors.ts'
import { type WireAnswer, writeError } from '../answer.ts'
import { readSignature } from '../signature.ts'
import { type Host, MAX_BODY, type Reply } from './request.ts'

/** Of S3, whose own limit of 5 GiB a put is no matter for a process that holds objects in memory. */
const MAX_OBJECT = 128 * 1024 * 1024

const limitOf = (incoming: IncomingMessage): number =>
  readSignature(headersOf(incoming), new URLSearchParams(incoming.url?.split('?')[1]))?.scope === 's3'
    ? MAX_OBJECT
    : MAX_BODY

/** Node.js joins repeated headers of a request into one text; only an answer's `set-cookie` would be a list. */
const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  headers as Readonly<Record<string, string>>

/** Node.js's own HTTP server, which takes every form that HTTP/1 has. */
export function nodeServer(host: Host): Server {
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (incoming, response) => {
    const lease = host.arriving()
    const reply = new NodeReply(host, response)
    readBody(incoming, (body) => {
      if (body === 'broken off') reply.breakOff()
      else if (typeof body === 'number') reply.send(tooLarge(body, limitOf(incoming)))
      else {
        const { method = 'GET', url: target = '/' } = incoming
        host.serve({ method, target, headers: headersOf(incoming), body }, reply)
      }
      lease.release()
    })
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
  })
  return server
}

/** Tells the body, or the number of its bytes where there are too many. */
function readBody(incoming: IncomingMessage, tell: (body: Uint8Array | number | 'broken off') => void): void {
  const limit = limitOf(incoming)
  const chunks: Buffer[] = []
  let size = 0
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= limit) chunks.push(chunk)
  })
  incoming.on('end', () => {
    if (size > limit) tell(size)
    else tell(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
  })
  incoming.on('error', () => tell('broken off'))
}

const tooLarge = (size: number, limit: number): WireAnswer => {
  const message = `The request has ${size} bytes; at most ${limit} are taken.`
  const error = new AwsError('RequestEntityTooLarge', message, { status: 413 })
  return writeError(error, { model: undefined, protocol: 'rest-json' }, 'none')
}

class NodeReply implements Reply {
  readonly #host: Host
  readonly #response: ServerResponse

  constructor(host: Host, response: ServerResponse) {
    this.#host = host
    this.#response = response
  }

  get gone(): boolean {
    return this.#response.destroyed
  }

  onGone(listener: () => void): void {
    this.#response.on('close', () => {
      if (!this.#response.writableFinished) listener()
    })
  }

  send({ status, headers, body }: WireAnswer): void {
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    this.#response.sendDate = false
    // The answer to a HEAD has the length of what a GET would bring.
    this.#response.writeHead(status, { 'content-length': String(length), ...headers, date: this.#host.date() })
    this.#response.end(body)
  }

  breakOff(): void {
    this.#response.destroy()
  }
}
