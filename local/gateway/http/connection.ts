import { STATUS_CODES, validateHeaderName, validateHeaderValue } from 'node:http'
import type { Socket } from 'node:net'
import type { Lease } from '../../kernel/leases.ts'
import type { WireAnswer } from '../answer.ts'
import { type Head, readHead } from './head.ts'
import { type Host, MAX_BODY, type Reply } from './request.ts'

/** Longer heads go to Node.js's own server, which knows what to say. */
const MAX_HEAD = 16 * 1024
const BLANK_LINE = Buffer.from('\r\n\r\n')
const nothing = Buffer.alloc(0)

/**
 * A client's connection. It reads the requests that have the plain form of AWS's clients, one after the other, and hands the
 * connection to Node.js's own server with the first that has another: that takes every form, at twice the price.
 */
export class Connection implements Reply {
  gone = false
  readonly #socket: Socket
  readonly #host: Host
  readonly #giveAway: (socket: Socket) => void
  /** What has arrived and is not read yet. */
  #chunks: Buffer[] = []
  #size = 0
  /** Of the request whose body is still to come. */
  #head: Head | undefined
  #arriving: Lease | undefined
  /** A request is being answered. */
  #busy = false
  #reading = false
  #onGone: (() => void) | undefined

  constructor(socket: Socket, host: Host, giveAway: (socket: Socket) => void) {
    this.#socket = socket
    this.#host = host
    this.#giveAway = giveAway
    socket.on('data', this.#take)
    socket.on('drain', this.#next)
    socket.on('end', this.#end)
    socket.on('close', this.#leave)
    socket.on('error', this.#leave)
  }

  // ---- requests ----

  readonly #take = (chunk: Buffer): void => {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (!this.#busy) this.#read()
    else if (this.#size > MAX_BODY) this.#socket.pause()
  }

  /** Serves what has arrived whole; the next request is read when the one before is answered. */
  #read(): void {
    if (this.#reading) return
    this.#reading = true
    while (!this.#busy && this.#size > 0) {
      if (!this.#head && !this.#readHead()) break
      const head = this.#head
      if (!head || this.#size < head.length) break
      this.#head = undefined
      this.#busy = true
      const body = this.#split(head.length)
      this.#host.serve({ method: head.method, target: head.target, headers: head.headers, body }, this)
    }
    this.#reading = false
    if (!this.#busy && !this.gone && (this.#head || this.#size > 0)) this.#arriving ??= this.#host.arriving()
    else this.#release()
  }

  /** Answers whether there is a head, or will be. */
  #readHead(): boolean {
    const bytes = this.#joined()
    const end = bytes.indexOf(BLANK_LINE)
    if (end < 0 && bytes.length < MAX_HEAD) return false
    const head = end < 0 || end > MAX_HEAD ? undefined : readHead(bytes.toString('latin1', 0, end))
    if (!head || head.length > MAX_BODY) {
      this.#handOver(bytes)
      return false
    }
    this.#head = head
    this.#split(end + BLANK_LINE.length)
    return true
  }

  #joined(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0] as Buffer
  }

  /** Takes so many bytes off what has arrived. */
  #split(length: number): Buffer {
    if (length === 0) return nothing
    const bytes = this.#joined()
    this.#size -= length
    this.#chunks = this.#size === 0 ? [] : [bytes.subarray(length)]
    return bytes.subarray(0, length)
  }

  #handOver(bytes: Buffer): void {
    const socket = this.#socket
    socket.off('data', this.#take).off('drain', this.#next).off('end', this.#end)
    socket.off('close', this.#leave).off('error', this.#leave)
    this.#size = 0
    this.#chunks = []
    socket.pause()
    socket.unshift(bytes)
    this.#giveAway(socket)
    process.nextTick(() => socket.resume())
  }

  // ---- answers ----

  onGone(listener: () => void): void {
    this.#onGone = listener
  }

  send(answer: WireAnswer): void {
    const socket = this.#socket
    const { body } = answer
    const bare = answer.status === 204 || answer.status === 304
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    const head = headOf(answer, this.#host.date(), bare ? undefined : length)
    this.#onGone = undefined
    if (bare) socket.write(head, 'latin1')
    else if (typeof body === 'string' && length === body.length) socket.write(head + body, 'latin1')
    else {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(body)
      socket.uncork()
    }
    if (!socket.writableNeedDrain) this.#next()
  }

  breakOff(): void {
    this.#socket.destroy()
  }

  readonly #next = (): void => {
    this.#busy = false
    if (this.#socket.isPaused()) this.#socket.resume()
    this.#read()
  }

  // ---- the end ----

  readonly #end = (): void => {
    this.#leave()
    this.#socket.end()
  }

  readonly #leave = (): void => {
    if (this.gone) return
    this.gone = true
    this.#release()
    this.#onGone?.()
  }

  #release(): void {
    this.#arriving?.release()
    this.#arriving = undefined
  }
}

/** @throws TypeError where a header cannot be written */
function headOf({ status, headers }: WireAnswer, date: string, length: number | undefined): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`
  for (const name in headers) {
    const value = headers[name] as string | string[]
    validateHeaderName(name)
    for (const one of typeof value === 'string' ? [value] : value) {
      validateHeaderValue(name, one)
      head += `${name}: ${one}\r\n`
    }
  }
  if (length !== undefined && headers['content-length'] === undefined) head += `content-length: ${length}\r\n`
  return `${head}date: ${date}\r\n\r\n`
}
