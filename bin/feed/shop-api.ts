import { setTimeout as wait } from 'node:timers/promises'
import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '../../functions/sandbox/sha256.ts'
import { fetchBy } from './fetch-by.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface ShopApiOptions {
  /** Where the HTTP API's routes begin. */
  readonly apiUrl: string
  /** Endpoint that serves the API's host, where that name does not resolve (an emulator's). @default the host itself */
  readonly connectTo?: string
  readonly region: string
  readonly credentials: Credentials
  /** To be sent with every request, unsigned. @default none */
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds before the second attempt at most; doubled for each further one. @default 200 */
  readonly firstWait?: number
}

export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

const ATTEMPTS = 8

/** A client of the shop's public API, as any client on AWS is one: requests signed by IAM credentials, retried under one key. */
export class ShopApi {
  readonly #base: URL
  readonly #signer: SignatureV4
  readonly #firstWait: number
  readonly #connectTo: string | undefined
  readonly #headers: Readonly<Record<string, string>>

  constructor({ apiUrl, connectTo, region, credentials, headers = {}, firstWait = 200 }: ShopApiOptions) {
    this.#connectTo = connectTo
    this.#firstWait = firstWait
    this.#headers = headers
    this.#base = new URL(apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`)
    this.#signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 })
  }

  /**
   * Repeats the request under the same Idempotency-Key while the API is busy (429), broken (5xx) or out of reach.
   * @throws Error when it stays so
   */
  async post(path: string, body: unknown, idempotencyKey: string): Promise<ApiAnswer> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }
    return this.#retried(
      () => this.#fetch('POST', path, headers, JSON.stringify(body)),
      `POST /${path} ${idempotencyKey}`,
    )
  }

  async get(path: string, query: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.#retried(() => this.#fetch('GET', path, {}, undefined, query), `GET /${path}`)
  }

  async #retried(ask: () => Promise<ApiAnswer>, what: string): Promise<ApiAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await ask().catch((error: Error) => error)
      if (!(answer instanceof Error) && answer.status !== 429 && answer.status < 500) return answer
      if (attempt === ATTEMPTS) {
        const last =
          answer instanceof Error ? (answer.cause ?? answer) : `${answer.status} ${JSON.stringify(answer.body)}`
        throw new Error(`${what}: no answer in ${ATTEMPTS} attempts, the last was ${last}`)
      }
      await wait(this.#firstWait * 2 ** (attempt - 1) * Math.random())
    }
  }

  async #fetch(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
    query: Record<string, string> = {},
  ): Promise<ApiAnswer> {
    const url = new URL(path, this.#base)
    const request = await this.#signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query,
      headers: { ...headers, host: url.host },
      body,
    })
    const signed = { ...request.headers, ...this.#headers }
    url.search = new URLSearchParams(query).toString()
    if (this.#connectTo !== undefined) {
      const answer = await fetchBy(this.#connectTo, url.pathname + url.search, { method, headers: signed }, body)
      return { status: answer.status, body: parsed(answer.text) }
    }
    const response = await fetch(url, { method, headers: signed, ...(body === undefined ? {} : { body }) })
    return { status: response.status, body: parsed(await response.text()) }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
