import { Dead } from '../failure.ts'
import type { Operation, OperationAnswer } from '../operation.ts'
import { errorClass } from '../retry-policy.ts'
import { attempt } from './attempt.ts'
import { sendDeadLetter } from './dead-letter.ts'
import { type Deadline, messageDeadline } from './deadline.ts'
import { resumeReadable } from './deployed.ts'
import type { Desk } from './desk.ts'
import { errorFields, messageFields, withFields } from './logging.ts'
import type { ParkedMessage } from './parking.ts'
import { envelopeIn } from './received.ts'
import { refusalOf, TOO_OLD } from './refusal.ts'
import { settleEffect } from './settle-effect.ts'

/** Does what an operator asks. @throws TypeError where it is not known, or names what is not parked */
export function operate(desk: Desk, operation: Operation, deadline: Deadline): Promise<OperationAnswer> {
  switch (operation.penstock) {
    case 'resume':
      return resume(desk, operation.group, operation.apply === true, deadline)
    case 'settle':
      return settleEffect(desk, operation)
    case 'deployed':
      return resumeReadable(desk.parking, deadline, (group) => resume(desk, group, false, deadline))
    case 'skip':
      return skip(desk, operation.group, operation.place)
    case 'park':
      return parkAgain(desk, operation.body, operation.group, operation.place)
    default:
      throw new TypeError(
        `unknown operation ${JSON.stringify(operation)}: there are resume, skip, settle, deployed and park`,
      )
  }
}

/** The flag stays up while the group drains: what arrives meanwhile is parked behind and comes in its turn. */
async function resume(desk: Desk, group: string, apply: boolean, deadline: Deadline): Promise<OperationAnswer> {
  for (let done = 0; ; done++) {
    const [head] = await desk.parking.first(group, 1)
    if (!head) return { done, left: false }
    if (deadline.signal.aborted) return { done, left: true }
    try {
      await handleParked(desk, head, apply, deadline)
    } catch (error) {
      desk.logger.error('could not resume', { group, place: head.place, ...errorFields(error) })
      const reason = error instanceof Error ? error.message : String(error)
      return { done, left: true, stopped: { place: head.place, class: errorClass(error), reason } }
    }
    await desk.parking.release(group, head.place)
  }
}

async function handleParked(desk: Desk, parked: ParkedMessage, apply: boolean, deadline: Deadline): Promise<void> {
  const envelope = envelopeIn(parked.body)
  const refusal = refusalOf(envelope, desk.ports.now())
  if (refusal && !(apply && refusal.code === TOO_OLD)) throw refusal
  const logger = withFields(desk.logger, messageFields(desk.definition.declaration.id, envelope))
  const within = messageDeadline(deadline, envelope.deadline, desk.ports)
  const result = await attempt(desk, { envelope, attempt: 1, logger }, within).finally(within.clear)
  logger.info('resumed', { result })
  desk.measures.count('Resumed')
}

async function skip(desk: Desk, group: string, place: string): Promise<OperationAnswer> {
  const parked = (await desk.parking.first(group)).find((message) => message.place === place)
  if (!parked) throw new TypeError(`group '${group}' has no parked message at ${place}`)
  const envelope = envelopeIn(parked.body)
  await sendDeadLetter(desk.sqs, desk.deadLetterQueueUrl, {
    record: { body: parked.body, messageId: envelope.id, attributes: { MessageGroupId: group, SequenceNumber: place } },
    error: new Dead(`skipped by an operator; it was parked because: ${parked.reason}`, { code: 'Skipped' }),
    attempts: 0,
    envelopeId: envelope.id,
    source: desk.definition.declaration.id,
    ...(envelope.traceparent && { traceparent: envelope.traceparent }),
  })
  await desk.parking.release(group, place)
  return { done: 1, left: (await desk.parking.first(group, 1)).length > 0 }
}

async function parkAgain(desk: Desk, body: string, group: string, place: string): Promise<OperationAnswer> {
  const { id, type } = envelopeIn(body)
  const reason = 'came back from the dead-letter queue: in order it waits for its turn'
  await desk.parking.park({ group, place, body, code: 'Redriven', reason, facts: { messageId: id, type } })
  return { done: 1, left: true }
}
