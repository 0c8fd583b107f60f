import { request as plain, type RequestOptions } from 'node:http'
import { request as secure } from 'node:https'

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

/**
 * Sends a request to `origin` in the name of the host that its `host` header says, as curl's --connect-to does. `fetch` cannot: it
 * writes the header itself.
 */
export function fetchBy(
  origin: string,
  path: string,
  { method, headers }: Pick<RequestOptions, 'method' | 'headers'>,
  body = '',
): Promise<HttpAnswer> {
  const request = origin.startsWith('https:') ? secure : plain
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, origin), { method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
