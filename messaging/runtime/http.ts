import type { EndpointResponse, HttpResult } from '../endpoint.ts'

/** An HTTP API's event, payload format 2.0, as far as the kit reads it. */
export interface HttpEvent {
  readonly version: '2.0'
  readonly rawPath: string
  readonly headers?: Readonly<Record<string, string>>
  readonly queryStringParameters?: Readonly<Record<string, string>>
  readonly pathParameters?: Readonly<Record<string, string>>
  readonly requestContext: {
    readonly requestId: string
    readonly authorizer?: {
      readonly iam?: { readonly userArn?: string }
      readonly jwt?: { readonly claims?: Readonly<Record<string, string>> }
    }
  }
  readonly body?: string
  readonly isBase64Encoded?: boolean
}

/** Who asks. Sessions of one role are one caller: a retry may come under another session. */
export function callerOf({ requestContext: { authorizer } }: HttpEvent): string {
  const arn = authorizer?.iam?.userArn
  if (arn) return arn.replace(/^(arn:[^:]*:sts::\d+:assumed-role\/[^/]+)\/.*$/, '$1')
  const subject = authorizer?.jwt?.claims?.sub
  return subject ? `jwt:${subject}` : 'anonymous'
}

export function bodyTextOf({ body = '', isBase64Encoded }: HttpEvent): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body
}

/** Header names in lower case, as the payload format has them already; a test's or another gateway's may not. */
export function headersOf({ headers = {} }: HttpEvent): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

export function httpResult({ status, body, headers = {} }: EndpointResponse): HttpResult {
  if (body === undefined) return { statusCode: status, headers, body: '' }
  return { statusCode: status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

/** All the reasons at once, under a name for programs. */
export function problem(status: number, error: string, reasons: readonly string[], requestId: string): HttpResult {
  return httpResult({ status, body: { error, reasons, requestId } })
}
