import type { Caller, HttpRequest } from '../../service.ts'
import type { Api, Matched, Stage } from './model.ts'

/** What is known of one request to an API. */
export interface ApiRequest {
  readonly api: Api
  readonly stage: Stage
  readonly matched: Matched
  readonly request: HttpRequest
  /** Path as the client gave it, without what leads to the API; a named stage is part of it. */
  readonly path: string
  readonly pathInStage: string
  readonly domain: string
  readonly requestId: string
  readonly traceId: string
  readonly now: number
  readonly account: string
}

/** The event of payload format 2.0. */
export function proxyEvent(facts: ApiRequest): object {
  const { request, matched, stage } = facts
  const { cookie, ...headers } = request.headers
  const query = queryOf(request.query)
  const { parameters } = matched
  return {
    version: '2.0',
    routeKey: matched.route.key,
    rawPath: facts.path,
    rawQueryString: request.query.toString().replaceAll('+', '%20'),
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers: {
      // Told of requests without a body, too (users' logs).
      'content-length': '0',
      ...headers,
      host: facts.domain,
      'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? facts.traceId,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: requestContext(facts),
    ...(Object.keys(parameters).length > 0 ? { pathParameters: parameters } : {}),
    ...(Object.keys(stage.variables).length > 0 ? { stageVariables: stage.variables } : {}),
    ...bodyOf(request),
  }
}

function requestContext({ api, stage, matched, request, path, domain, requestId, now, account }: ApiRequest): object {
  const iam = matched.route.requiresIam ? iamFacts(request, account) : undefined
  return {
    accountId: account,
    apiId: api.id,
    ...(iam ? { authorizer: { iam } } : {}),
    domainName: domain,
    domainPrefix: domain.split('.')[0],
    http: {
      method: request.method,
      path,
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId,
    routeKey: matched.route.key,
    stage: stage.name,
    time: commonLogTime(now),
    timeEpoch: now,
  }
}

function iamFacts({ caller, headers }: HttpRequest, account: string): object {
  const { arn, userId } = caller as Extract<Caller, { arn: string }>
  return {
    accessKey: /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '',
    accountId: account,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: '*',
    userArn: arn,
    userId,
  }
}

/** Values of a repeated name are joined by commas. */
function queryOf(query: URLSearchParams): Record<string, string> | undefined {
  const names = [...new Set(query.keys())]
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, query.getAll(name).join(',')]))
}

/** Bodies that are not known to be text reach the function in base64; a form does, too. */
function bodyOf({ body, headers }: HttpRequest): object {
  if (body.length === 0) return { isBase64Encoded: false }
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  const text = type === undefined || /^text\/|^application\/(json|javascript|xml|.+\+(json|xml))$/.test(type)
  return { body: Buffer.from(body).toString(text ? 'utf8' : 'base64'), isBase64Encoded: !text }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Such as `12/Mar/2020:19:03:58 +0000`. */
export function commonLogTime(instant: number): string {
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(new Date(instant).toISOString()) ?? []
  return `${day}/${months[Number(month) - 1]}/${year}:${time} +0000`
}
