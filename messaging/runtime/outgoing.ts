import { type AnyContract, serviceOf } from '../contract.ts'
import type { Envelope } from '../envelope.ts'
import { TooLarge } from '../failure.ts'

/** What an emitted message inherits from the message, or the request, that caused it. */
export interface Cause {
  readonly correlationid?: string
  readonly causationid?: string
  readonly traceparent?: string
  readonly deadline?: string
  readonly hops: number
}

/** A message in an item's `_out`: what the relay ships. `body` is the envelope's JSON, made once, shipped as it is. */
export interface Outgoing {
  readonly kind: 'event' | 'command'
  readonly body: string
  /** Seconds before the command's owner can see it. */
  readonly delay?: number
}

/** SNS takes 262,144 bytes; a rule's event JSON around the envelope takes some of them. SQS takes 1,048,576. */
const LIMITS = { event: 262_144 - 1_024, command: 1_048_576 } as const

export interface Emission {
  readonly contract: AnyContract
  readonly id: string
  /** Epoch milliseconds. */
  readonly time: number
  readonly wire: unknown
  /** What the contract's schema made of `wire`. */
  readonly data: unknown
  readonly cause: Cause
  readonly seq?: number
}

export function envelopeOf({ contract, id, time, wire, data, cause, seq }: Emission): Envelope {
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
    hops: cause.hops,
    ...(seq !== undefined && { seq }),
    data: wire,
  }
}

/** @throws TooLarge where the message does not fit its route */
export function bodyOf(contract: AnyContract, envelope: Envelope): string {
  const body = JSON.stringify(envelope)
  const bytes = Buffer.byteLength(body)
  const limit = LIMITS[contract.kind]
  if (bytes > limit)
    throw new TooLarge(`${contract.name} ${envelope.id} in bytes`, bytes, limit, 'send less, or a reference to it')
  return body
}
