import type { Envelope } from '../envelope.ts'
import { emittedId } from './ids.ts'
import type { Append, Ledger } from './ledger.ts'
import { bodyOf, type Cause, envelopeOf, type Outgoing } from './outgoing.ts'
import { spanFor, traceparentOf } from './trace.ts'
import { validate } from './validation.ts'

/** A ledger's message, ready to leave. */
export interface Emitted {
  readonly outgoing: Outgoing
  readonly envelope: Envelope
  /** The append that it belongs to, where it is an aggregate's event. */
  readonly to: Append | undefined
}

/** Gives each message of a unit its id by (consumer, cause, index) and its envelope. @throws InvalidData, TooLarge */
export async function emissionsOf(
  ledger: Ledger,
  consumerId: string,
  cause: Envelope,
  now: number,
): Promise<Emitted[]> {
  const inherited = inheritedFrom(consumerId, cause)
  // What is asked for in time ends with the asking; an event has happened, and stays so.
  const deadline = cause.deadline === undefined ? {} : { deadline: cause.deadline }
  const emitted: Emitted[] = []
  for (const [index, { contract, wire, delay, appended }] of ledger.messages.entries()) {
    const data = appended ? appended.data : await validate(contract.schema, wire, contract.name)
    const id = emittedId(consumerId, cause.id, index)
    const envelope = envelopeOf({
      contract,
      id,
      time: now,
      wire,
      data,
      cause: contract.kind === 'command' ? { ...inherited, ...deadline } : inherited,
      ...(appended && { seq: appended.seq }),
    })
    const body = bodyOf(contract, envelope)
    const outgoing: Outgoing = { kind: contract.kind, body, ...(delay !== undefined && { delay }) }
    emitted.push({ outgoing, envelope, to: appended?.to })
  }
  return emitted
}

function inheritedFrom(consumerId: string, cause: Envelope): Cause {
  return {
    correlationid: cause.correlationid,
    causationid: cause.id,
    traceparent: traceparentOf(spanFor(cause.traceparent, consumerId, cause.id)),
    hops: cause.hops + 1,
  }
}
