import type { Work } from '../kernel/work.ts'
import type { Carrier } from './call.ts'
import type { Partly, WireRequest } from './claim.ts'
import type { HttpRequest, Reply } from './http/request.ts'
import { checkPresigned, readSignature, type Signature } from './signature.ts'

/** One HTTP request on its way through the gateway. */
export class Exchange implements Carrier {
  readonly requestId: string
  readonly work: Work
  readonly reply: Reply
  /** What is known of it so far: errors are answered in this form. */
  partly: Partly = { model: undefined, protocol: 'rest-json' }
  readonly #request: HttpRequest
  #aborted: AbortController | undefined

  constructor(request: HttpRequest, reply: Reply, requestId: string, work: Work) {
    this.#request = request
    this.reply = reply
    this.requestId = requestId
    this.work = work
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#request.headers
  }

  /** Made when somebody asks: few calls can wait. */
  get signal(): AbortSignal {
    if (!this.#aborted) {
      const aborted = new AbortController()
      this.#aborted = aborted
      if (this.reply.gone) aborted.abort()
      else this.reply.onGone(() => aborted.abort())
    }
    return this.#aborted.signal
  }

  /** @throws AwsError AccessDenied where the request was signed beforehand, for a time that is over */
  checkPresigned(now: number): void {
    const { target } = this.#request
    if (target.includes('X-Amz-Expires=')) checkPresigned(new URL(target, 'http://localhost').searchParams, now)
  }

  /** The request in the terms of AWS's protocols, and who signed it. */
  read(): { readonly request: WireRequest; readonly signature: Signature | undefined } {
    const { method, target, headers, body } = this.#request
    const url = target === '/' ? ROOT : new URL(target, 'http://localhost')
    const signature = readSignature(headers, url.searchParams)
    const request = {
      method,
      path: url.pathname,
      target: target.replace(/\?.*$/s, ''),
      query: url.searchParams,
      headers,
      body,
      scope: signature?.scope,
    }
    return { request, signature }
  }
}

/** Where nearly all AWS protocols post to. */
const ROOT = new URL('http://localhost/')
