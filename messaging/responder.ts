import type { LambdaContext } from './context.ts'
import { serviceOf } from './contract.ts'
import {
  assertDeclared,
  type CommonOptions,
  fileOf,
  type ModuleMeta,
  type ResponderDeclaration,
  storeDeclarations,
  withDeclaration,
} from './declaration.ts'
import { milliseconds } from './duration.ts'
import type { EndpointContext } from './endpoint.ts'
import { variables } from './environment.ts'
import type { AnyQuery, QueryData, ReplyWire } from './query.ts'
import type { EndpointUnit, NotReserved, Stores } from './unit.ts'

export interface ResponderOptions<Q extends AnyQuery, S extends Stores> extends CommonOptions<S & NotReserved> {
  readonly on: Q
  /** At most so many invocations at a time, 2 to 1000. @default the backbone's `defaultConcurrency` */
  readonly concurrency?: number
}

/** A Lambda handler: of its queue's event source mapping, and of requests that invoke it. */
export type ResponderHandler = (event: unknown, context: LambdaContext) => Promise<unknown>

/** What the runtime needs of a responder. */
export interface ResponderDefinition {
  readonly declaration: ResponderDeclaration
  readonly query: AnyQuery
  readonly stores: Stores
  answer(request: unknown, unit: object, context: EndpointContext): unknown
}

/**
 * Declares the one responder of a query, and makes its Lambda handler. It reads the service's stores and writes nothing, so it may
 * run again for a request; the requester gets one reply. What it throws: `Refused` is told to the requester; anything else is tried
 * again until the request's deadline.
 *
 * @param meta `import.meta` of the file, which must export the result as `handler`
 * @throws TypeError with every broken rule, when the file is loaded
 */
export function responder<Q extends AnyQuery, S extends Stores = Record<never, never>>(
  meta: ModuleMeta,
  options: ResponderOptions<Q, S>,
  answer: (
    request: QueryData<NoInfer<Q>>,
    unit: EndpointUnit<NoInfer<S>, never>,
    context: EndpointContext,
  ) => Promise<ReplyWire<NoInfer<Q>>> | ReplyWire<NoInfer<Q>>,
): ResponderHandler {
  const declaration = declare(meta, options)
  const definition: ResponderDefinition = {
    declaration,
    query: options.on,
    stores: options.stores ?? {},
    // The runtime parses the request by the contract: here it gets its types back.
    answer: (request, unit, context) => answer(request as QueryData<Q>, unit as EndpointUnit<S, never>, context),
  }
  const start = async () => (await import('./runtime/responder.ts')).startResponder(definition)
  // In Lambda the runtime begins to load in the init phase.
  let started = process.env.AWS_LAMBDA_FUNCTION_NAME && process.env[variables.responder] ? start() : undefined
  const handler: ResponderHandler = async (event, context) => {
    started ??= start()
    return (await started)(event, context)
  }
  return withDeclaration(handler, declaration)
}

function declare(meta: ModuleMeta, options: ResponderOptions<AnyQuery, Stores>): ResponderDeclaration {
  const { id, on, concurrency, memory = 512 } = options
  const timeout = milliseconds(options.timeout ?? '10s')
  const isBound =
    concurrency === undefined || (Number.isInteger(concurrency) && concurrency >= 2 && concurrency <= 1000)
  assertDeclared(id, [
    [serviceOf(on.name) === serviceOf(id), `a responder answers queries of its own service, not ${on.name}`],
    [isBound, `concurrency ${concurrency} must be a whole number from 2 to 1000`],
    [timeout >= 1_000 && timeout <= 900_000, `timeout ${timeout} ms must be from 1s to 900s`],
    [Number.isInteger(memory) && memory >= 128 && memory <= 10_240, `memory ${memory} must be from 128 to 10240 MiB`],
  ])
  return {
    kind: 'responder',
    id,
    service: serviceOf(id),
    file: fileOf(meta),
    query: on.name,
    ...(concurrency !== undefined && { concurrency }),
    stores: storeDeclarations(options.stores ?? {}, 'read'),
    sends: [],
    uses: options.uses ?? [],
    memory,
    timeout,
  }
}
