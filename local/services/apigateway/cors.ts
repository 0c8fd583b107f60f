import type { HttpAnswer, HttpRequest } from '../../service.ts'

/** Cross-origin rules of an API, with the names of its CorsConfiguration. */
export interface Cors {
  readonly allowOrigins: readonly string[]
  readonly allowMethods: readonly string[]
  readonly allowHeaders: readonly string[]
  readonly exposeHeaders: readonly string[]
  readonly allowCredentials: boolean
  /** Seconds. */
  readonly maxAge: number | undefined
}

/**
 * With cross-origin rules API Gateway answers preflights itself, before any route.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function preflightAnswer(cors: Cors, { method, headers }: HttpRequest): HttpAnswer | undefined {
  if (method !== 'OPTIONS' || !headers.origin || !headers['access-control-request-method']) return undefined
  const origin = allowedOrigin(cors, headers.origin)
  if (origin === undefined) return { status: 204, headers: {}, body: '' }
  return {
    status: 204,
    headers: {
      ...shared(cors, origin),
      ...list('access-control-allow-methods', cors.allowMethods),
      ...list('access-control-allow-headers', cors.allowHeaders),
      ...(cors.maxAge === undefined ? {} : { 'access-control-max-age': String(cors.maxAge) }),
    },
    body: '',
  }
}

/** The API's own cross-origin headers stand instead of the function's. */
export function withCors(cors: Cors, { headers }: HttpRequest, answer: HttpAnswer): HttpAnswer {
  const own = Object.fromEntries(
    Object.entries(answer.headers).filter(([name]) => !name.toLowerCase().startsWith('access-control-')),
  )
  const origin = headers.origin === undefined ? undefined : allowedOrigin(cors, headers.origin)
  if (origin === undefined) return { ...answer, headers: own }
  const exposed = list('access-control-expose-headers', cors.exposeHeaders)
  return { ...answer, headers: { ...own, ...shared(cors, origin), ...exposed } }
}

/** `*` and `https://*` are wildcards, anything else is compared as it is. */
function allowedOrigin({ allowOrigins }: Cors, origin: string): string | undefined {
  if (allowOrigins.includes('*')) return '*'
  const allowed = allowOrigins.some(
    (one) => one === origin || (one.endsWith('*') && origin.startsWith(one.slice(0, -1))),
  )
  return allowed ? origin : undefined
}

const shared = (cors: Cors, origin: string): Record<string, string> => ({
  'access-control-allow-origin': origin,
  ...(cors.allowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
})

const list = (name: string, values: readonly string[]): Record<string, string> =>
  values.length === 0 ? {} : { [name]: values.join(',') }
