import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs'
import { milliseconds } from '../duration.ts'
import type { Envelope } from '../envelope.ts'
import { Dead, isFailure, Park } from '../failure.ts'
import { lowQueue } from '../names.ts'
import { mostAttempts } from '../retry-policy.ts'
import { attempt, type Outcome } from './attempt.ts'
import { type Consequence, consequenceOf, exhausted } from './consequence.ts'
import { sendDeadLetter } from './dead-letter.ts'
import { type Deadline, messageDeadline } from './deadline.ts'
import { waitOf } from './delays.ts'
import type { Desk } from './desk.ts'
import { Waiting } from './gate.ts'
import { wasHandled } from './handled.ts'
import { PARKABLE_BYTES } from './limits.ts'
import { errorFields, messageFields, withFields } from './logging.ts'
import { type Opened, receives } from './opened.ts'
import type { ParkedMessage } from './parking.ts'
import type { QueueRecord } from './received.ts'
import { refusalOf } from './refusal.ts'
import { Gap } from './sequence.ts'
import { type CountTries, HasLeft } from './tries.ts'

/** `settled`: to be deleted from the queue. `retry`: stays, and is seen again after so many seconds. `parked`: settled too. */
export type Verdict = { readonly kind: 'settled' | 'parked' } | { readonly kind: 'retry'; readonly seconds: number }

const SETTLED: Verdict = { kind: 'settled' }

/**
 * Handles one message to a verdict; never throws for the message's sake. What came before is counted before it is tried, because
 * after a crash no code runs to count; a first attempt is counted only when it has failed, so that a success costs nothing.
 */
export async function handle(desk: Desk, opened: Opened, countTries: CountTries, deadline: Deadline): Promise<Verdict> {
  const { envelope, malformed } = opened
  const { declaration } = desk.definition
  const { delivery } = declaration
  const attempts = mostAttempts(delivery.attempts, delivery.errors)
  const started = desk.ports.now()
  const before = envelope?.attempts ?? 0
  let number = before + 1
  let counted = false
  try {
    if (!envelope) throw malformed
    if (desk.recent.has(envelope.id)) {
      measureHandled(desk, envelope, started, number, 'duplicate')
      return SETTLED
    }
    const refusal = refusalOf(envelope, started)
    if (refusal) throw refusal
    // A FIFO queue cannot delay a message: its group waits here, in order.
    const wait = delivery.ordered ? waitOf(envelope, started) : 0
    if (wait > 0) throw new Waiting(`not before ${envelope.notbefore}`, wait)
    const pass = await desk.gate.admit()
    if (receives(opened) > 1) {
      number = await countTries(1)
      counted = true
    }
    if (number > attempts) return await leave(desk, opened, envelope, attempts)
    const fields = { ...messageFields(declaration.id, envelope), attempt: number }
    const logger = withFields(desk.logger, fields)
    const within = messageDeadline(deadline, envelope.deadline, desk.ports)
    const result = await pass(() => attempt(desk, { envelope, attempt: number, logger }, within)).finally(within.clear)
    if (result !== 'superseded') desk.recent.add(envelope.id)
    measureHandled(desk, envelope, started, number, result)
    return SETTLED
  } catch (error) {
    if (error instanceof Gap) measureGap(desk, error)
    if (error instanceof HasLeft) return deduped(desk)
    if (error instanceof Waiting)
      return await putBack(desk, opened, error, number - 1, counted ? () => countTries(-1) : undefined)
    const consequence = consequenceOf(error, number, delivery, desk.ports)
    if (envelope && isLastWord(consequence) && !isVerdict(error) && (await wasHandled(desk, envelope)))
      return deduped(desk)
    if (consequence.kind !== 'drop') desk.measures.count('Failed')
    const verdict = await settle(desk, opened, error, number, consequence)
    if (verdict.kind === 'retry' && consequence.kind === 'retry' && consequence.counts !== counted)
      await countTries(counted ? -1 : 1)
    return verdict
  }
}

const isLastWord = ({ kind }: Consequence): boolean => kind === 'dead' || kind === 'park'

/** What the message itself, or its handler, has said. Any other failure may be the lost answer to a commit that took effect. */
const isVerdict = (error: unknown): boolean => isFailure(error) && error.kind !== 'retry'

function deduped({ measures }: Desk): Verdict {
  measures.count('Deduped')
  return SETTLED
}

function measureGap({ definition, measures, ports }: Desk, { since }: Gap): void {
  const { expectNext } = definition.declaration.delivery
  if (expectNext && ports.now() - since > milliseconds(expectNext.alarmAfter)) measures.count('OverdueGaps')
}

/** A message that waits for days must not meet the queue's own limit of receives: its waits double after so many. */
const RECEIVES_PER_DOUBLING = 50
const MAX_WAIT_SECONDS = 900

/** What may not be tried yet has used up no attempt. */
async function putBack(
  desk: Desk,
  opened: Opened,
  { message, cause, ...waiting }: Waiting,
  used: number,
  uncount?: () => Promise<unknown>,
): Promise<Verdict> {
  const { record } = opened
  const seconds = Math.min(
    MAX_WAIT_SECONDS,
    waiting.seconds * 2 ** Math.floor(receives(opened) / RECEIVES_PER_DOUBLING),
  )
  const fields = {
    sqs_message_id: record.messageId,
    reason: message,
    seconds,
    ...(cause !== undefined && errorFields(cause)),
  }
  desk.logger.info('put back', fields)
  desk.measures.count('Waited')
  if (await leaves(desk, opened, used, seconds)) return SETTLED
  await hide(desk, record, seconds)
  await uncount?.()
  return { kind: 'retry', seconds }
}

/** All attempts are used up and the last one told nothing: it crashed, or its commit succeeded and the answer was lost. */
async function leave(desk: Desk, opened: Opened, envelope: Envelope, attempts: number): Promise<Verdict> {
  const { delivery } = desk.definition.declaration
  if (await wasHandled(desk, envelope)) return deduped(desk)
  const error = new Dead(`${attempts} attempts are used up; the last one ended without a word`, {
    code: 'AttemptsExhausted',
  })
  return settle(desk, opened, error, attempts, exhausted(delivery))
}

async function settle(
  desk: Desk,
  opened: Opened,
  error: unknown,
  attempts: number,
  consequence: Consequence,
): Promise<Verdict> {
  const { record, envelope } = opened
  const actor = desk.definition.declaration.id
  const log = withFields(desk.logger, {
    ...(envelope ? messageFields(actor, envelope) : { sqs_message_id: record.messageId }),
    attempt: attempts,
    ...errorFields(error),
  })
  if (consequence.kind === 'retry') {
    log.warn('attempt failed, to be tried again', { seconds: consequence.seconds })
    desk.measures.count('Retried')
    const used = consequence.counts ? attempts : attempts - 1
    if (await leaves(desk, opened, used, consequence.seconds)) return SETTLED
    await hide(desk, record, consequence.seconds)
    return consequence
  }
  // A queue's message may be larger than a table's item.
  if (consequence.kind === 'park' && envelope && Buffer.byteLength(record.body) <= PARKABLE_BYTES) {
    log.error('parked')
    desk.measures.count('Parked')
    await desk.parking.park(parkable(record, envelope, error))
    return { kind: 'parked' }
  }
  if (consequence.kind === 'drop') {
    log.info('dropped: its deadline has passed')
    desk.measures.count('Expired')
    return SETTLED
  }
  log.error('dead-lettered')
  desk.measures.count('DeadLettered')
  await sendDeadLetter(desk.sqs, desk.deadLetterQueueUrl, {
    record,
    error,
    attempts,
    source: actor,
    ...(envelope && { envelopeId: envelope.id }),
    ...(envelope?.traceparent && { traceparent: envelope.traceparent }),
  })
  return SETTLED
}

/** Whether the wait is spent away from the queue. */
async function leaves(desk: Desk, opened: Opened, used: number, seconds: number): Promise<boolean> {
  const left = await (await desk.delayedRetries)?.leave(opened, used, seconds, queueOf(opened.record, desk.queueUrl))
  if (left) desk.measures.count('Delayed')
  return left === true
}

/** The longest that SQS hides a message. */
const MAX_VISIBILITY_SECONDS = 43_200

export async function hide({ sqs, queueUrl, logger }: Desk, record: QueueRecord, seconds: number): Promise<void> {
  try {
    const wanted = {
      QueueUrl: queueOf(record, queueUrl),
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: Math.min(MAX_VISIBILITY_SECONDS, seconds),
    }
    await sqs.send(new ChangeMessageVisibilityCommand(wanted))
  } catch (error) {
    // It is seen again when the queue's own visibility timeout ends: later than wished, not lost.
    logger.warn('could not set the time of the next attempt', { ...errorFields(error) })
  }
}

/** Of an effect whose outcome nobody knows: the key of its record. */
const effectIn = (error: unknown): { readonly effect?: string } =>
  error instanceof Error && 'effect' in error ? { effect: String(error.effect) } : {}

/** As it will stand in the park store. */
function parkable(record: QueueRecord, envelope: Envelope, error: unknown): ParkedMessage {
  const { MessageGroupId, SequenceNumber } = record.attributes
  return {
    group: MessageGroupId ?? envelope.partitionkey,
    place: SequenceNumber ?? `${envelope.time}#${envelope.id}`,
    body: record.body,
    code: error instanceof Error && 'code' in error ? String(error.code) : 'Exhausted',
    reason: error instanceof Error ? error.message : String(error),
    facts: { messageId: envelope.id, type: envelope.type, ...effectIn(error) },
  }
}

/** What arrives for a parked group waits there for its turn, if the group is parked still. */
export async function waitBehind(desk: Desk, { record, envelope }: Opened, group: string): Promise<'parked' | 'free'> {
  if (!envelope) return 'free'
  const reason = new Park(`its group '${group}' is parked: it waits there for its turn`, { code: 'BehindParked' })
  const result = await desk.parking.parkBehind(parkable(record, envelope, reason))
  if (result === 'parked') desk.measures.count('Parked')
  return result
}

function measureHandled(
  { measures, ports }: Desk,
  envelope: Envelope,
  started: number,
  attempts: number,
  result: Outcome,
): void {
  const now = ports.now()
  measures.count(COUNTED[result])
  measures.processing(now - started)
  measures.attempts(attempts)
  if (result === 'handled') measures.critical(Math.max(0, now - Date.parse(envelope.notbefore ?? envelope.time)))
}

const COUNTED = { handled: 'Handled', duplicate: 'Deduped', superseded: 'Superseded' } as const

/** A worker whose commands have priorities has a second queue, which is named after the first. */
function queueOf({ eventSourceARN }: QueueRecord, queueUrl: string): string {
  const second = lowQueue(queueUrl)
  return eventSourceARN.split(':').at(-1) === second.split('/').at(-1) ? second : queueUrl
}
