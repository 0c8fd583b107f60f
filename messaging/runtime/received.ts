import type { Envelope } from '../envelope.ts'
import { Dead } from '../failure.ts'

/** One record of an SQS event, as Lambda's poller hands it over. */
export interface QueueRecord {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  readonly attributes: {
    readonly ApproximateReceiveCount: string
    readonly SentTimestamp: string
    readonly MessageGroupId?: string
    readonly SequenceNumber?: string
  }
  readonly eventSourceARN: string
}

/**
 * Reads the envelope out of a queue's message: the message itself, or the `detail` of an EventBridge event that came by a rule.
 * @throws Dead `Malformed` with every reason: such a message never becomes better
 */
export function envelopeIn(body: string): Envelope {
  const json = parsed(body)
  const candidate = isObject(json) && 'detail-type' in json ? json.detail : json
  if (!isObject(candidate)) throw malformed(['the message is no JSON object'])
  const reasons = FIELDS.filter(([field, , holds]) => !holds(candidate[field])).map(
    ([field, rule]) => `${field} must be ${rule}, not ${shown(candidate[field])}`,
  )
  if (!('data' in candidate)) reasons.push('data is missing')
  if (reasons.length > 0) throw malformed(reasons)
  // Each field that `Envelope` names has just been checked.
  return candidate as unknown as Envelope
}

const text = (value: unknown): boolean => typeof value === 'string' && value.length > 0
const optionalText = (value: unknown): boolean => value === undefined || text(value)
const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const from = (low: number) => (value: unknown) => Number.isInteger(value) && (value as number) >= low

const FIELDS: readonly (readonly [field: string, rule: string, holds: (value: unknown) => boolean])[] = [
  ['specversion', "'1.0'", (value) => value === '1.0'],
  ['id', 'a text', text],
  ['source', 'a text', text],
  ['type', 'a text', text],
  ['time', 'an RFC 3339 time', isTime],
  ['datacontenttype', "'application/json'", (value) => value === undefined || value === 'application/json'],
  ['dataversion', 'a whole number from 1', from(1)],
  ['partitionkey', 'a text', text],
  ['correlationid', 'a text', text],
  ['causationid', 'a text', optionalText],
  ['editof', 'a text', optionalText],
  ['traceparent', 'a text', optionalText],
  ['deadline', 'an RFC 3339 time', (value) => value === undefined || isTime(value)],
  ['notbefore', 'an RFC 3339 time', (value) => value === undefined || isTime(value)],
  ['attempts', 'a whole number from 0', (value) => value === undefined || from(0)(value)],
  ['retryof', 'a text', optionalText],
  ['retryat', 'an RFC 3339 time', (value) => value === undefined || isTime(value)],
  ['timer', 'a text', optionalText],
  ['tenant', 'a text', optionalText],
  ['replyto', 'a text', optionalText],
  ['hops', 'a whole number from 0', from(0)],
  ['aggregate', 'a text', optionalText],
  ['seq', 'a whole number from 1', (value) => value === undefined || from(1)(value)],
]

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw malformed([`the message is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`])
  }
}

const malformed = (reasons: readonly string[]): Dead => new Dead(reasons.join('; '), { code: 'Malformed' })

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const shown = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value).slice(0, 60))
