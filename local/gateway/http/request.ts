import type { Lease } from '../../kernel/leases.ts'
import type { WireAnswer } from '../answer.ts'

/** An HTTP request that has arrived whole. */
export interface HttpRequest {
  readonly method: string
  /** Path and query, as the request line has them. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The way back to the client: exactly one of `send` and `breakOff` is called, once. */
export interface Reply {
  /** Whether the client has hung up: nobody waits for an answer any more. */
  readonly gone: boolean
  /** Calls the listener where the client hangs up before it is answered. */
  onGone(listener: () => void): void
  /** @throws TypeError where a header cannot be written; nothing is sent then */
  send(answer: WireAnswer): void
  /** Ends the connection without an answer. */
  breakOff(): void
}

/** What those who read requests from connections need of the gateway. */
export interface Host {
  /** Answers the request, at once or later. */
  serve(request: HttpRequest, reply: Reply): void
  /** Holds the clock for a request of which a part has arrived. */
  arriving(): Lease
  /** The `date` header of an answer now. */
  date(): string
}

/** The largest request body: SQS's batch of 1 MiB in base64 with room, Lambda's 6 MB. */
export const MAX_BODY = 12 * 1024 * 1024
