import type { HttpAnswer } from '../../service.ts'

/** API Gateway's own answers. */
export const apiError = (status: number, message: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
})

export const internalError = (): HttpAnswer => apiError(500, 'Internal Server Error')

interface ProxyResponse {
  readonly statusCode?: unknown
  readonly headers?: unknown
  readonly body?: unknown
  readonly cookies?: unknown
  readonly isBase64Encoded?: unknown
}

/**
 * The HTTP answer for what the function answered (payload format 2.0). An answer without `statusCode` is the body itself.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function proxyAnswer(payload: string): HttpAnswer {
  const answer = JSON.parse(payload) as unknown
  if (typeof answer !== 'object' || answer === null || (answer as ProxyResponse).statusCode === undefined)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: inferredBody(answer, payload) }
  const { statusCode, headers, body, cookies, isBase64Encoded } = answer as ProxyResponse
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 100 || status > 599) return internalError()
  if (body !== undefined && body !== null && typeof body === 'object') return internalError()
  const text = body === undefined || body === null ? '' : String(body)
  return {
    status,
    headers: {
      ...(text === '' ? {} : { 'content-type': 'text/plain; charset=utf-8' }),
      ...headersOf(headers),
      ...(Array.isArray(cookies) && cookies.length > 0 ? { 'set-cookie': cookies.map(String) } : {}),
    },
    body: isBase64Encoded === true ? Buffer.from(text, 'base64') : text,
  }
}

/** A string is the body as it is, anything else its JSON. */
const inferredBody = (answer: unknown, payload: string): string =>
  typeof answer === 'string' ? answer : answer === null ? 'null' : payload

const headersOf = (headers: unknown): Record<string, string> =>
  typeof headers === 'object' && headers !== null
    ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
    : {}
