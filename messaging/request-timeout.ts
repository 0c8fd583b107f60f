/** Nobody has replied in time. The request may still be answered: that reply is dropped, and counted by the responder. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout'
  readonly query: string
  /** Milliseconds that were waited. */
  readonly timeout: number

  constructor(query: string, timeout: number) {
    super(`${query}: no reply within ${timeout} ms`)
    this.query = query
    this.timeout = timeout
  }
}
