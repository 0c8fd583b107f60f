import { Agent, request } from 'node:http'

/** Requests under way at once. */
export const CONCURRENCY = 16

const authorization = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`

/** AWS calls by plain HTTP: an SDK client tops out near 2,500 calls a second and would hide the server. */
export class RawClient {
  readonly #endpoint: URL
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY })

  constructor(endpoint: string) {
    this.#endpoint = new URL(endpoint)
  }

  /** An action of SQS, in JSON. */
  async sqs(action: string, input: object): Promise<Record<string, unknown>> {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
      authorization: authorization('sqs'),
    }
    const answer = await this.#post(headers, JSON.stringify(input))
    return answer === '' ? {} : (JSON.parse(answer) as Record<string, unknown>)
  }

  /** An action of SNS, in the Query protocol; answers its XML. */
  sns(action: string, parameters: Readonly<Record<string, string>>): Promise<string> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: authorization('sns') }
    const form = new URLSearchParams({ Action: action, Version: '2010-03-31', ...parameters })
    return this.#post(headers, form.toString())
  }

  close(): void {
    this.#agent.destroy()
  }

  #post(headers: Record<string, string>, body: string): Promise<string> {
    const { hostname, port } = this.#endpoint
    return new Promise((resolve, reject) => {
      const length = { 'content-length': String(Buffer.byteLength(body)) }
      const options = { agent: this.#agent, hostname, port, method: 'POST', headers: { ...headers, ...length } }
      const outgoing = request(options, (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if (incoming.statusCode === 200) resolve(text)
          else reject(new Error(`${incoming.statusCode}: ${text}`))
        })
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}

/** Runs the work so many times, 16 at once, and answers how many times a second. */
export async function paceOf(times: number, work: () => Promise<unknown>): Promise<number> {
  let left = times
  const started = performance.now()
  const worker = async () => {
    while (left > 0) {
      left -= 1
      await work()
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  return (times * 1_000) / (performance.now() - started)
}
