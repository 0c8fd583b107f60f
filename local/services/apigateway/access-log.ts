import type { CloudContext } from '../../service.ts'
import { type ApiRequest, commonLogTime } from './event.ts'

/** What an access log line may name of a request that is over. */
export interface Served {
  readonly facts: ApiRequest
  readonly status: number
  readonly length: number
  /** Milliseconds. */
  readonly latency: number
  readonly integrationLatency: number | undefined
  readonly integrationError: string | undefined
}

/** Variables of the log format that are known here; any other is refused when the stage is made. */
const variables: Readonly<Record<string, (served: Served) => string | number | undefined>> = {
  accountId: ({ facts }) => facts.account,
  apiId: ({ facts }) => facts.api.id,
  domainName: ({ facts }) => facts.domain,
  'error.message': ({ integrationError }) => integrationError,
  extendedRequestId: ({ facts }) => facts.requestId,
  httpMethod: ({ facts }) => facts.request.method,
  'identity.caller': ({ facts }) => ('userId' in facts.request.caller ? facts.request.caller.userId : undefined),
  'identity.sourceIp': () => '127.0.0.1',
  'identity.user': ({ facts }) => ('userId' in facts.request.caller ? facts.request.caller.userId : undefined),
  'identity.userAgent': ({ facts }) => facts.request.headers['user-agent'],
  'identity.userArn': ({ facts }) => ('arn' in facts.request.caller ? facts.request.caller.arn : undefined),
  'integration.error': ({ integrationError }) => integrationError,
  'integration.latency': ({ integrationLatency }) => integrationLatency,
  integrationErrorMessage: ({ integrationError }) => integrationError,
  integrationLatency: ({ integrationLatency }) => integrationLatency,
  path: ({ facts }) => facts.path,
  protocol: () => 'HTTP/1.1',
  requestId: ({ facts }) => facts.requestId,
  requestTime: ({ facts }) => commonLogTime(facts.now),
  requestTimeEpoch: ({ facts }) => facts.now,
  responseLatency: ({ latency }) => latency,
  responseLength: ({ length }) => length,
  routeKey: ({ facts }) => facts.matched.route.key,
  stage: ({ facts }) => facts.stage.name,
  status: ({ status }) => status,
}

const reference = /\$context\.([a-zA-Z.]*[a-zA-Z])/g

/** The variables of a format that cannot be filled in. */
export const unknownVariables = (format: string): string[] =>
  [...format.matchAll(reference)].map((match) => match[1] as string).filter((name) => !Object.hasOwn(variables, name))

/** Writes the stage's line for a request; what has no value is a hyphen. */
export function writeAccessLog(context: CloudContext, served: Served): void {
  const { stage, api } = served.facts
  if (!stage.accessLog) return
  const line = stage.accessLog.format.replace(reference, (_, name: string) => String(variables[name]?.(served) ?? '-'))
  context.log(stage.accessLog.group, `${api.id}/${stage.name}`, [line.replace(/\n$/, '')])
}
