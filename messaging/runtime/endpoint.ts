import middy from '@middy/core'
import type { LambdaContext } from '../context.ts'
import type { EndpointDefinition, EndpointHandler, HttpResult } from '../endpoint.ts'
import { variables } from '../environment.ts'
import { metricsNamespace } from '../names.ts'
import { Refused } from '../refused.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { endpointUnitOf } from './endpoint-unit.ts'
import { type HttpEvent, httpResult, problem } from './http.ts'
import { Logger } from './logger.ts'
import { errorFields, inContext, withFields } from './logging.ts'
import { createMetrics } from './measures.ts'
import { flushed } from './metrics.ts'
import { globals, type Ports } from './ports.ts'
import { requestOf } from './request.ts'
import { settings } from './settings.ts'
import { fromXRay, spanFor } from './trace.ts'
import { InvalidData } from './validation.ts'

/** Makes the Lambda handler of an endpoint. */
export function startEndpoint(definition: EndpointDefinition, ports: Ports = globals): EndpointHandler {
  const { id, service } = definition.declaration
  const { app } = settings({ app: variables.app })
  const logger = new Logger(service, { endpoint: id })
  const metrics = createMetrics(metricsNamespace(app), service, { endpoint: id })
  const openUnit = endpointUnitOf(definition, ports)
  const degraded = () => metrics.add('Degraded', 'Count', 1)
  const run = async (event: HttpEvent, context: LambdaContext): Promise<HttpResult> => {
    const deadline = startDeadline(context, ports)
    const started = ports.now()
    const result = await answer({ definition, openUnit, logger, ports, degraded }, event, deadline)
    deadline.clear()
    metrics.add('Requests', 'Count', 1)
    metrics.add(result.statusCode >= 500 ? 'Failed' : result.statusCode >= 400 ? 'Refused' : 'Handled', 'Count', 1)
    metrics.add('ProcessingTime', 'Milliseconds', ports.now() - started)
    return result
  }
  const handler = middy(run, { timeoutEarlyInMillis: 0 }).use(inContext(logger)).use(flushed(metrics))
  return (event, context) => handler(event as HttpEvent, context)
}

interface Desk {
  readonly definition: EndpointDefinition
  readonly openUnit: ReturnType<typeof endpointUnitOf>
  readonly logger: Logger
  readonly ports: Ports
  degraded(): void
}

async function answer(desk: Desk, event: HttpEvent, deadline: Deadline): Promise<HttpResult> {
  const { requestId } = event.requestContext
  let logger = withFields(desk.logger, { request_id: requestId })
  try {
    const request = await requestOf(desk.definition, event, desk.ports)
    const trace = spanFor(
      request.headers.traceparent ?? fromXRay(process.env._X_AMZN_TRACE_ID),
      desk.definition.declaration.id,
      request.id,
    )
    const fields = { request_id: requestId, correlation_id: request.id, trace_id: trace.traceId, span_id: trace.spanId }
    logger = withFields(desk.logger, fields)
    const unit = desk.openUnit(request, trace)
    const context = { signal: deadline.signal, now: new Date(desk.ports.now()), logger, degraded: desk.degraded }
    const response = await deadline.race(desk.definition.handle(request, unit, context))
    return httpResult(response)
  } catch (error) {
    if (error instanceof Refused) return problem(error.status, 'Refused', error.reasons, requestId)
    if (error instanceof InvalidData) return problem(400, 'InvalidRequest', error.reasons, requestId)
    logger.error('request failed', { ...errorFields(error) })
    if (deadline.signal.aborted)
      return problem(503, 'Timeout', ['the request took too long; try again under the same Idempotency-Key'], requestId)
    return problem(500, 'InternalError', ['the request failed; try again under the same Idempotency-Key'], requestId)
  }
}
