import { digest } from './ids.ts'

/** W3C trace context: `00-<trace id>-<parent span id>-<flags>`. */
export interface Trace {
  readonly traceId: string
  readonly spanId: string
  readonly flags: string
}

export function parseTraceparent(text: string | undefined): Trace | undefined {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text ?? '')
  if (!match) return undefined
  const [, traceId = '', spanId = '', flags = ''] = match
  return /^0+$/.test(traceId) || /^0+$/.test(spanId) ? undefined : { traceId, spanId, flags }
}

export const traceparentOf = ({ traceId, spanId, flags }: Trace): string => `00-${traceId}-${spanId}-${flags}`

/** The span of one handling of a message, in the message's trace (a new one where it has none). The same at every attempt. */
export function spanFor(traceparent: string | undefined, actor: string, messageId: string): Trace {
  const parent = parseTraceparent(traceparent)
  return {
    traceId: parent?.traceId ?? digest('trace', messageId),
    spanId: digest('span', actor, messageId).slice(0, 16),
    flags: parent?.flags ?? '01',
  }
}

/** X-Ray's header (`Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=1`) as W3C. Lineage is left behind on purpose: Lambda
 * counts it as a loop and stops after about 16 hops; envelopes count their own. */
export function fromXRay(header: string | undefined): string | undefined {
  const fields = new Map((header ?? '').split(';').map((field) => field.split('=', 2) as [string, string | undefined]))
  const root = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/.exec(fields.get('Root') ?? '')
  const parent = /^[0-9a-f]{16}$/.exec(fields.get('Parent') ?? '')
  if (!root || !parent) return undefined
  return `00-${root[1]}${root[2]}-${parent[0]}-${fields.get('Sampled') === '1' ? '01' : '00'}`
}
