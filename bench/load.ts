import { Agent, request } from 'node:http'

/** A raw client: one SDK client tops out near 2,500 calls a second and would hide the server. */
export interface Target {
  readonly port: number
  /** Service of the SigV4 scope; the signature itself is not checked by either side. */
  readonly scope: string
}

export interface RawClient {
  /** JSON 1.0: `target` is the X-Amz-Target. */
  json(target: string, body: object): Promise<Record<string, unknown>>
  /** The Query protocol. */
  query(form: Readonly<Record<string, string>>): Promise<string>
  close(): void
}

export function rawClient({ port, scope }: Target, connections: number): RawClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${scope}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`
  const post = (headers: Readonly<Record<string, string>>, body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          method: 'POST',
          path: '/',
          agent,
          headers: { authorization, 'x-amz-date': '20260101T000000Z', ...headers },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            if (response.statusCode === 200) resolve(text)
            else reject(new Error(`${response.statusCode} ${text.slice(0, 300)}`))
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  return {
    json: async (target, body) => {
      const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' }
      return JSON.parse((await post(headers, JSON.stringify(body))) || '{}') as Record<string, unknown>
    },
    query: (form) =>
      post({ 'content-type': 'application/x-www-form-urlencoded' }, new URLSearchParams(form).toString()),
    close: () => agent.destroy(),
  }
}

/** Calls `one` so many times, `concurrency` at a time; answers calls per second. */
export async function pace(
  calls: number,
  concurrency: number,
  one: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0
  const started = performance.now()
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < calls) await one(next++)
    }),
  )
  return calls / ((performance.now() - started) / 1000)
}

export const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en-GB')}/s`
