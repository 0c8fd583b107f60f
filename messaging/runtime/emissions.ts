import type { Envelope } from '../envelope.ts'
import { emittedId } from './ids.ts'
import type { Append, Ledger, Message } from './ledger.ts'
import { type Cause, envelopeOf, type Outgoing } from './outgoing.ts'
import { packed, unitSender } from './packing.ts'
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
  const deadline = cause.deadline === undefined ? {} : { deadline: cause.deadline }
  const emitted: Emitted[] = []
  for (const [index, message] of ledger.messages.entries()) {
    const id = message.timer?.id ?? emittedId(consumerId, cause.id, index)
    // What is asked for in time ends with the asking; an event has happened, and what is put off is wanted later.
    const ends = message.contract.kind === 'command' && message.notBefore === undefined
    emitted.push(
      message.timer?.cancels
        ? cancellationOf(message, cause, now)
        : await emissionOf(message, consumerId, id, ends ? { ...inherited, ...deadline } : inherited, now),
    )
  }
  return emitted
}

async function emissionOf(
  message: Message,
  consumerId: string,
  id: string,
  cause: Cause,
  now: number,
): Promise<Emitted> {
  const { contract, wire, appended, notBefore, priority, timer } = message
  const data = appended ? appended.data : await validate(contract.schema, wire, contract.name)
  const common = { contract, id, time: now, wire, data, cause }
  const whole = envelopeOf({
    ...common,
    ...(appended && { seq: appended.seq, aggregate: appended.to.aggregate.name }),
    ...(notBefore !== undefined && { notBefore }),
    ...(timer && { timer: timer.key }),
  })
  const { envelope, body } = await packed(contract, whole, unitSender(consumerId))
  return { outgoing: { kind: contract.kind, body, ...(priority && { priority }) }, envelope, to: appended?.to }
}

/** Says which schedule to take back: there is no data to it. */
function cancellationOf({ contract, timer }: Message, cause: Envelope, now: number): Emitted {
  const { id = '', key = '' } = timer ?? {}
  const { correlationid, hops } = cause
  const unkeyed = { ...contract, key: () => key }
  const envelope = envelopeOf({
    contract: unkeyed,
    id,
    time: now,
    wire: null,
    data: null,
    cause: { correlationid, hops },
  })
  return { outgoing: { kind: 'cancellation', body: JSON.stringify(envelope) }, envelope, to: undefined }
}

function inheritedFrom(consumerId: string, cause: Envelope): Cause {
  return {
    correlationid: cause.correlationid,
    causationid: cause.id,
    traceparent: traceparentOf(spanFor(cause.traceparent, consumerId, cause.id)),
    hops: cause.hops + 1,
  }
}
