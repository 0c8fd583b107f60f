import { type AnyContract, serviceOf } from '../contract.ts'
import { QUEUE_DELAY_MS } from '../duration.ts'
import type { Envelope } from '../envelope.ts'
import { TooLarge } from '../failure.ts'
import type { AnySaga } from '../saga/saga.ts'
import type { StandardSchema } from '../standard-schema.ts'
import { PARKABLE_BYTES } from './limits.ts'

/** What an emitted message inherits from the message, or the request, that caused it. */
export interface Cause {
  readonly correlationid?: string
  readonly causationid?: string
  readonly traceparent?: string
  readonly deadline?: string
  readonly hops: number
}

/** Something for the relay to do at Step Functions, such as answering a task. */
export interface ErrandContract {
  readonly kind: 'errand'
  readonly name: string
  readonly version: number
  readonly schema: StandardSchema
  key(data: unknown): string
}

/** What can leave with a commit. */
export type Emittable = AnyContract | AnySaga | ErrandContract

/** A message in an item's `_out`: what the relay ships. `body` is the envelope's JSON, made once, shipped as it is. */
export interface Outgoing {
  /** A cancellation takes back the schedule of the command with its envelope's id; a retry goes back to its consumer. */
  readonly kind: Emittable['kind'] | 'cancellation' | 'retry'
  readonly body: string
  readonly priority?: 'low'
}

/** SNS takes 262,144 bytes; a rule's event JSON around the envelope takes some of them. SQS takes 1,048,576, Scheduler 262,144. */
export const LIMITS = {
  event: 262_144 - 1_024,
  command: 1_048_576,
  scheduled: 262_144,
  saga: 262_144 - 1_024,
  errand: 262_144,
} as const

export interface Emission {
  readonly contract: Emittable
  readonly id: string
  /** Epoch milliseconds. */
  readonly time: number
  readonly wire: unknown
  /** What the contract's schema made of `wire`. */
  readonly data: unknown
  readonly cause: Cause
  readonly seq?: number
  /** Name of the aggregate that `seq` counts in. */
  readonly aggregate?: string
  /** Epoch milliseconds. */
  readonly notBefore?: number
  /** Key of the timer that it is the going off of. */
  readonly timer?: string
}

export function envelopeOf({ contract, id, time, wire, data, cause, ...rest }: Emission): Envelope {
  const { seq, aggregate, notBefore, timer } = rest
  const key = contract.key(data)
  if (typeof key !== 'string' || key === '')
    throw new TypeError(`the key of ${contract.name} is ${JSON.stringify(key)}: it must be a text`)
  return {
    specversion: '1.0',
    id,
    source: serviceOf(contract.name),
    type: contract.name,
    time: new Date(time).toISOString(),
    datacontenttype: 'application/json',
    dataversion: contract.version,
    partitionkey: key,
    correlationid: cause.correlationid ?? id,
    ...(cause.causationid !== undefined && { causationid: cause.causationid }),
    ...(cause.traceparent !== undefined && { traceparent: cause.traceparent }),
    ...(cause.deadline !== undefined && { deadline: cause.deadline }),
    ...(notBefore !== undefined && { notbefore: new Date(notBefore).toISOString() }),
    ...(timer !== undefined && { timer }),
    ...('tenant' in contract && contract.tenant && { tenant: contract.tenant(data) }),
    hops: cause.hops,
    ...(seq !== undefined && { seq }),
    ...(aggregate !== undefined && { aggregate }),
    data: wire,
  }
}

export const isLong = ({ time, notbefore = time, retryat = notbefore }: Envelope): boolean =>
  Date.parse(retryat) - Date.parse(time) > QUEUE_DELAY_MS

/** Bytes that the smallest hop of the message's route takes. What keeps an order may have to be parked in it. */
export function routeLimit(contract: Emittable, envelope: Envelope): number {
  const limit = LIMITS[isLong(envelope) ? 'scheduled' : contract.kind]
  return 'ordered' in contract && contract.ordered ? Math.min(limit, PARKABLE_BYTES) : limit
}

/** @throws TooLarge where the message does not fit its route */
export function bodyOf(contract: Emittable, envelope: Envelope): string {
  const body = JSON.stringify(envelope)
  const bytes = Buffer.byteLength(body)
  const limit = routeLimit(contract, envelope)
  if (bytes > limit) throw new TooLarge(`${contract.name} ${envelope.id} in bytes`, bytes, limit, wayOut(contract))
  return body
}

const wayOut = (contract: Emittable): string => {
  if (!('upcasts' in contract)) return 'send less, or a reference to it'
  return contract.claimCheck ? 'keep less of it plain' : 'send less, or give its contract `claimCheck: claimCheck()`'
}
