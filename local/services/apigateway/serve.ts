import type { InvokeCommandInput } from '@aws-sdk/client-lambda'
import { AwsError } from '../../errors.ts'
import type { CloudContext, HttpAnswer, HttpRequest } from '../../service.ts'
import { writeAccessLog } from './access-log.ts'
import { apiError, internalError, proxyAnswer } from './answer.ts'
import { preflightAnswer, withCors } from './cors.ts'
import { type ApiRequest, proxyEvent } from './event.ts'
import { type Api, matchRoute, type Stage } from './model.ts'

const PATH_PREFIX = '/_aws/execute-api/'

interface Invoked {
  readonly FunctionError?: string
  readonly Payload?: Uint8Array
}

/** Requests to the APIs: by path, `/_aws/execute-api/<id>/...`, or by host, `<id>.execute-api.<anything>`. */
export class ApiServer {
  readonly #context: CloudContext
  readonly #apis: ReadonlyMap<string, Api>

  constructor(context: CloudContext, apis: ReadonlyMap<string, Api>) {
    this.#context = context
    this.#apis = apis
  }

  /** `undefined` where the request is to no API. */
  async serve(request: HttpRequest): Promise<HttpAnswer | undefined> {
    const address = addressOf(request)
    if (!address) return undefined
    const api = this.#apis.get(address.apiId)
    const preflight = api?.cors && preflightAnswer(api.cors, request)
    if (preflight) return preflight
    const place = api && stageOf(api, address.path)
    const matched = place && matchRoute(api, request.method, place.path)
    if (!api || !place || !matched) return apiError(404, 'Not Found')
    const { kernel, account } = this.#context
    const facts: ApiRequest = {
      api,
      stage: place.stage,
      matched,
      request,
      path: address.path,
      pathInStage: place.path,
      domain: address.domain,
      // AWS's ids look like `JKJaXmPLvHcESHA=`.
      requestId: Buffer.from(kernel.random.hex('api request').slice(0, 22), 'hex').toString('base64'),
      traceId: traceOf(kernel.clock.now(), kernel.random.hex('api trace')),
      now: kernel.clock.now(),
      account,
    }
    const answer = await this.#answer(facts)
    return api.cors ? withCors(api.cors, request, answer) : answer
  }

  async #answer(facts: ApiRequest): Promise<HttpAnswer> {
    const { clock } = this.#context.kernel
    const began = clock.now()
    const { answer, integrationError } = this.#permitted(facts)
      ? await this.#integrate(facts)
      : { answer: apiError(403, 'Forbidden'), integrationError: undefined }
    const latency = clock.now() - began
    writeAccessLog(this.#context, {
      facts,
      status: answer.status,
      length: typeof answer.body === 'string' ? Buffer.byteLength(answer.body) : answer.body.length,
      latency,
      integrationLatency: answer.status === 403 ? undefined : latency,
      integrationError,
    })
    this.#count(facts, answer.status, latency)
    return { ...answer, headers: { ...answer.headers, 'apigw-requestid': facts.requestId } }
  }

  /** A route without an authorizer is open to everybody; AWS_IAM asks for `execute-api:Invoke` on this very call. */
  #permitted({ api, stage, matched, request, pathInStage }: ApiRequest): boolean {
    if (!matched.route.requiresIam) return true
    if (request.caller.kind === 'anonymous') return false
    const resource = `${this.#arn(api)}/${stage.name}/${request.method}${pathInStage}`
    try {
      this.#context.authorize(request.caller, { action: 'execute-api:Invoke', resource })
      return true
    } catch (error) {
      if (error instanceof AwsError) return false
      throw error
    }
  }

  async #integrate(facts: ApiRequest): Promise<{ answer: HttpAnswer; integrationError: string | undefined }> {
    const { api, stage, matched, request } = facts
    const integration = api.integrations.get(matched.route.integrationId)
    if (!integration) return { answer: internalError(), integrationError: 'The route has no integration.' }
    const { clock } = this.#context.kernel
    const path = matched.route.segments ? `/${matched.route.segments.join('/')}` : '/$default'
    const invoked = this.#context.call<InvokeCommandInput, Invoked>({
      caller: this.#context.principal(
        'apigateway.amazonaws.com',
        `${this.#arn(api)}/${stage.name}/${request.method}${path}`,
      ),
      service: 'lambda',
      action: 'Invoke',
      input: {
        FunctionName: integration.functionArn,
        Payload: new TextEncoder().encode(JSON.stringify(proxyEvent(facts))),
      },
    })
    const patience = new AbortController()
    const late = clock
      .sleep(integration.timeout, `api ${api.name} ${matched.route.key} integration times out`, {
        signal: patience.signal,
      })
      .then(
        () => 'late' as const,
        () => 'in time' as const,
      )
    try {
      const first = await request.whileWaiting(Promise.race([invoked, late]))
      if (typeof first === 'string') {
        invoked.catch(() => undefined)
        return { answer: apiError(503, 'Service Unavailable'), integrationError: 'Integration timed out.' }
      }
      const payload = new TextDecoder().decode(first.Payload)
      if (first.FunctionError) return { answer: internalError(), integrationError: payload }
      return { answer: proxyAnswer(payload), integrationError: undefined }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const answer = error.code === 'TooManyRequestsException' ? apiError(503, 'Service Unavailable') : internalError()
      return { answer, integrationError: error.message }
    } finally {
      patience.abort()
    }
  }

  #count({ api, stage }: ApiRequest, status: number, latency: number): void {
    const metric = (name: string, value: number, unit: string) => {
      this.#context.metric('AWS/ApiGateway', name, { ApiId: api.id }, value, unit)
      this.#context.metric('AWS/ApiGateway', name, { ApiId: api.id, Stage: stage.name }, value, unit)
    }
    metric('Count', 1, 'Count')
    metric('4xx', status >= 400 && status < 500 ? 1 : 0, 'Count')
    metric('5xx', status >= 500 ? 1 : 0, 'Count')
    metric('Latency', latency, 'Milliseconds')
    metric('IntegrationLatency', latency, 'Milliseconds')
  }

  #arn(api: Api): string {
    return `arn:aws:execute-api:${this.#context.region}:${this.#context.account}:${api.id}`
  }
}

/** X-Ray's form of a trace's root: the seconds and 96 bits. */
const traceOf = (now: number, hex: string): string =>
  `Root=1-${Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')}-${hex.slice(0, 24)}`

function addressOf({ path, host }: HttpRequest): { apiId: string; path: string; domain: string } | undefined {
  if (path.startsWith(PATH_PREFIX)) {
    const [apiId = '', ...rest] = path.slice(PATH_PREFIX.length).split('/')
    return { apiId, path: `/${rest.join('/')}`, domain: host }
  }
  const apiId = /^([a-z0-9]+)\.execute-api\./.exec(host)?.[1]
  return apiId === undefined ? undefined : { apiId, path, domain: host.replace(/:\d+$/, '') }
}

/** A named stage is the first segment of the path; anything else goes to `$default`. */
function stageOf(api: Api, path: string): { stage: Stage; path: string } | undefined {
  const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(path) ?? []
  const named = first === '$default' ? undefined : api.stages.get(first)
  if (named) return { stage: named, path: rest === '' ? '/' : rest }
  const stage = api.stages.get('$default')
  return stage && { stage, path }
}
