import type { HandlerLogger, LambdaContext } from './context.ts'
import { type AnyCommand, serviceOf } from './contract.ts'
import {
  assertDeclared,
  type CommonOptions,
  contractDeclaration,
  type EndpointDeclaration,
  fileOf,
  type ModuleMeta,
  storeDeclarations,
  withDeclaration,
} from './declaration.ts'
import { milliseconds } from './duration.ts'
import { variables } from './environment.ts'
import type { SchemaOutput, StandardSchema } from './standard-schema.ts'
import type { EndpointUnit, NotReserved, Stores } from './unit.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type HttpRoute = `${Method} /${string}`

type Params<R extends string> = R extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string } & Params<Rest>
  : unknown

export interface EndpointRequest<R extends string = string, Body = unknown> {
  /** Of the path, decoded. */
  readonly params: Params<R>
  readonly query: Readonly<Record<string, string>>
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed by the endpoint's schema. */
  readonly body: Body
  /** Who asks: the role or user that signed, or the token's subject; sessions of a role are one caller. */
  readonly caller: string
  /** The same for every retry of an idempotent request: made of (caller, endpoint, Idempotency-Key). */
  readonly id: string
}

export interface EndpointResponse {
  readonly status: number
  /** Sent as JSON. @default empty */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface EndpointContext {
  readonly signal: AbortSignal
  readonly now: Date
  readonly logger: HandlerLogger
  /** Counts an answer that is not the best one: `withFallback` does. */
  degraded(): void
}

export interface EndpointOptions<
  R extends HttpRoute,
  B extends StandardSchema,
  S extends Stores,
  C extends readonly AnyCommand[],
> extends CommonOptions<S & NotReserved> {
  /** Method and path of the HTTP API. */
  readonly route: R
  /** Of the JSON body. A body that does not fit is refused with 400 and every reason. @default no body is read */
  readonly body?: B
  /** Requests without an `Idempotency-Key` are refused with 400. Required where the endpoint sends. @default false */
  readonly idempotent?: boolean
  /** Commands that the endpoint may send. @default none */
  readonly sends?: C
}

/** A Lambda handler of an HTTP API, payload format 2.0. */
export type EndpointHandler = (event: unknown, context: LambdaContext) => Promise<HttpResult>

export interface HttpResult {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the runtime needs of an endpoint. */
export interface EndpointDefinition {
  readonly declaration: EndpointDeclaration
  readonly body: StandardSchema | undefined
  readonly stores: Stores
  readonly sends: readonly AnyCommand[]
  handle(request: EndpointRequest, unit: object, context: EndpointContext): Promise<EndpointResponse> | EndpointResponse
}

/**
 * Declares a route of the HTTP API and makes its Lambda handler. It may read the service's stores and send commands; it writes
 * nothing itself.
 */
export function endpoint<
  const R extends HttpRoute,
  B extends StandardSchema = StandardSchema,
  S extends Stores = Record<never, never>,
  const C extends readonly AnyCommand[] = readonly [],
>(
  meta: ModuleMeta,
  options: EndpointOptions<R, B, S, C>,
  handle: (
    request: EndpointRequest<R, SchemaOutput<NoInfer<B>>>,
    unit: EndpointUnit<NoInfer<S>, NoInfer<C>[number]>,
    context: EndpointContext,
  ) => Promise<EndpointResponse> | EndpointResponse,
): EndpointHandler {
  const declaration = declare(meta, options)
  const definition: EndpointDefinition = {
    declaration,
    body: options.body,
    stores: options.stores ?? {},
    sends: options.sends ?? [],
    // The runtime parses the request by the declaration: here it gets its types back.
    handle: (request, unit, context) =>
      handle(request as EndpointRequest<R, SchemaOutput<B>>, unit as EndpointUnit<S, C[number]>, context),
  }
  const start = async () => (await import('./runtime/endpoint.ts')).startEndpoint(definition)
  // In Lambda the runtime begins to load in the init phase. (Waiting for it there would put it into every consumer's bundle.)
  const inLambda = process.env.AWS_LAMBDA_FUNCTION_NAME && process.env[variables.commands]
  let started = inLambda ? start() : undefined
  const handler: EndpointHandler = async (event, context) => {
    started ??= start()
    return (await started)(event, context)
  }
  return withDeclaration(handler, declaration)
}

function declare(
  meta: ModuleMeta,
  options: EndpointOptions<HttpRoute, StandardSchema, Stores, readonly AnyCommand[]>,
): EndpointDeclaration {
  const [method = '', path = ''] = options.route.split(' ')
  const timeout = milliseconds(options.timeout ?? '10s')
  const memory = options.memory ?? 512
  const idempotent = options.idempotent ?? false
  const sends = options.sends ?? []
  assertDeclared(options.id, [
    [/^\/[^\s?#]*$/.test(path), `route '${options.route}' must be a method, a space and a path`],
    [
      sends.length === 0 || idempotent,
      'an endpoint that sends must be `idempotent: true`, or a retried request is two',
    ],
    [
      !sends.some((sent) => sent.timer),
      'an endpoint commits nothing, so it can set no timer: send a command to a worker that does',
    ],
    [timeout >= 1_000 && timeout <= 29_000, `timeout ${timeout} ms must be from 1s to 29s: API Gateway waits 30 s`],
    [Number.isInteger(memory) && memory >= 128 && memory <= 10_240, `memory ${memory} must be from 128 to 10240 MiB`],
  ])
  return {
    kind: 'endpoint',
    id: options.id,
    service: serviceOf(options.id),
    file: fileOf(meta),
    method,
    path,
    idempotent,
    stores: storeDeclarations(options.stores ?? {}, 'read'),
    sends: sends.map(contractDeclaration),
    uses: options.uses ?? [],
    memory,
    timeout,
  }
}
