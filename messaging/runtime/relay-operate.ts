import type { LambdaContext } from '../context.ts'
import { variables } from '../environment.ts'
import { Dead } from '../failure.ts'
import type { Operation, OperationAnswer } from '../operation.ts'
import { RELAY } from '../table-layout.ts'
import { sqsClient } from './clients.ts'
import { sendDeadLetter } from './dead-letter.ts'
import type { ParkedMessage } from './parking.ts'
import { type Addressed, readdress, type Unreachable } from './readdress.ts'
import { envelopeIn } from './received.ts'
import type { RelayDesk } from './relay-desk.ts'
import { settings } from './settings.ts'
import { ship } from './ship.ts'

/** Passing failures are tried so often; then the operator is told. */
const TRIES = 4
/** Time for one message more: with its tries it takes a few seconds. */
const SPARE_MS = 10_000

/** Does what an operator asks of what the relay has parked. @throws TypeError where it is not known, or names what is not parked */
export function operateRelay(desk: RelayDesk, operation: Operation, context: LambdaContext): Promise<OperationAnswer> {
  switch (operation.penstock) {
    case 'resume':
      return resume(desk, operation.group, context)
    case 'skip':
      return skip(desk, operation.group, operation.place)
    case 'park':
      return parkAgain(desk, operation)
    default:
      throw new TypeError(`unknown operation ${JSON.stringify(operation)}: of a relay there are resume, skip and park`)
  }
}

/**
 * Ships the group's messages in order, each as it was committed, under its own id. The flag stays up meanwhile, so the relay parks what
 * comes behind them; it is lowered with the last.
 */
async function resume(desk: RelayDesk, group: string, context: LambdaContext): Promise<OperationAnswer> {
  for (let done = 0; ; done++) {
    const [head] = await desk.parking.first(group, 1)
    if (!head) return { done, left: false }
    if (context.getRemainingTimeInMillis() < SPARE_MS) return { done, left: true }
    const failure = await shipParked(desk, head)
    if (failure)
      return { done, left: true, stopped: { place: head.place, class: failure.code, reason: failure.reason } }
    await desk.parking.release(group, head.place)
    desk.logger.info('resumed', { group, place: head.place })
    desk.metrics.add('Resumed', 'Count', 1)
  }
}

async function shipParked(desk: RelayDesk, parked: ParkedMessage): Promise<Unreachable | undefined> {
  const letters = readdress(desk.dispatch, parked, desk.ports.now())
  if ('code' in letters) return letters
  for (const letter of letters) {
    const failure = await shipOne(desk, letter)
    if (failure) return failure
  }
  return undefined
}

async function shipOne(desk: RelayDesk, letter: Addressed): Promise<Unreachable | undefined> {
  const undelivered = await ship([letter], await desk.carrierTo(letter.destination), desk.ports, TRIES)
  const obstacle = undelivered.get(letter)
  return obstacle && { code: obstacle.code, reason: obstacle.message }
}

/** To the relay's dead-letter queue, as the operation that parks it again: so a redrive brings it back to its place. */
async function skip(desk: RelayDesk, group: string, place: string): Promise<OperationAnswer> {
  const parked = (await desk.parking.first(group)).find((message) => message.place === place)
  if (!parked) throw new TypeError(`group '${group}' has no parked message at ${place}`)
  const { deadLetterQueueUrl } = settings({ deadLetterQueueUrl: variables.deadLetterQueueUrl })
  const { body, facts = {} } = parked
  const again: Operation = { penstock: 'park', body, group, place, facts }
  await sendDeadLetter(sqsClient(), deadLetterQueueUrl, {
    record: { body: JSON.stringify(again), messageId: place, attributes: {} },
    error: new Dead(`skipped by an operator; it was parked because: ${parked.reason}`, { code: 'Skipped' }),
    attempts: 0,
    ...envelopeId(body),
    source: facts.producer ?? RELAY,
  })
  await desk.parking.release(group, place)
  return { done: 1, left: (await desk.parking.first(group, 1)).length > 0 }
}

function envelopeId(body: string): { readonly envelopeId?: string } {
  try {
    return { envelopeId: envelopeIn(body).id }
  } catch {
    return {}
  }
}

async function parkAgain(
  { parking }: RelayDesk,
  { body, group, place, facts = {} }: Extract<Operation, { penstock: 'park' }>,
): Promise<OperationAnswer> {
  const reason = 'came back from the dead-letter queue'
  await parking.park({ group, place, body, code: 'Redriven', reason, facts })
  return { done: 1, left: true }
}
