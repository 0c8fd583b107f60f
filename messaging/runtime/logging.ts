import type { HandlerLogger, LambdaContext } from '../context.ts'
import type { Envelope } from '../envelope.ts'
import type { Logger } from './logger.ts'
import { spanFor } from './trace.ts'

type Fields = Readonly<Record<string, unknown>>

/** A logger with fields that every line of one message carries; messages of a batch are handled side by side. */
export function withFields(logger: Logger, fields: Fields): HandlerLogger {
  return {
    debug: (message, more = {}) => logger.debug(message, { ...fields, ...more }),
    info: (message, more = {}) => logger.info(message, { ...fields, ...more }),
    warn: (message, more = {}) => logger.warn(message, { ...fields, ...more }),
    error: (message, more = {}) => logger.error(message, { ...fields, ...more }),
  }
}

/** What tells a message apart in the logs, and finds the rest of its story. */
export function messageFields(actor: string, envelope: Envelope): Fields {
  const { traceId, spanId } = spanFor(envelope.traceparent, actor, envelope.id)
  return {
    message_id: envelope.id,
    message_type: envelope.type,
    correlation_id: envelope.correlationid,
    causation_id: envelope.causationid,
    trace_id: traceId,
    span_id: spanId,
  }
}

/** An error as plain fields, with its code where it has one. */
export function errorFields(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: String(error) }
  const code = 'code' in error ? { error_code: error.code } : {}
  return { error_class: error.name, ...code, error: error.message, stack: error.stack }
}

/** middy's: lines name the invocation that they are of. */
export const inContext = (logger: Logger) => ({
  before: ({ context }: { readonly context: unknown }): void => logger.invoked(context as LambdaContext),
})
