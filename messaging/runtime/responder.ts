import type { SQSClient } from '@aws-sdk/client-sqs'
import middy from '@middy/core'
import type { Envelope } from '../envelope.ts'
import { variables } from '../environment.ts'
import { metricsNamespace } from '../names.ts'
import { Refused } from '../refused.ts'
import type { ResponderDefinition, ResponderHandler } from '../responder.ts'
import type { QueueEvent } from './batch.ts'
import { dynamoClient, sqsClient } from './clients.ts'
import { sendDeadLetter } from './dead-letter.ts'
import { type Deadline, messageDeadline, startDeadline } from './deadline.ts'
import { readableUnit } from './endpoint-unit.ts'
import { Logger } from './logger.ts'
import { errorFields, inContext, messageFields, withFields } from './logging.ts'
import { createMetrics } from './measures.ts'
import { flushed, type Metrics } from './metrics.ts'
import { globals, type Ports } from './ports.ts'
import { envelopeIn, type QueueRecord } from './received.ts'
import type { Reply } from './reply.ts'
import { type PutReply, replyPutter } from './reply-record.ts'
import { settings } from './settings.ts'
import { InvalidData, validate } from './validation.ts'

interface Desk {
  readonly definition: ResponderDefinition
  readonly unit: object
  readonly put: PutReply
  readonly sqs: SQSClient
  readonly deadLetterQueueUrl: string
  readonly logger: Logger
  readonly metrics: Metrics
  readonly ports: Ports
}

/** Makes the Lambda handler of a responder. Called once, at the first invocation. */
export function startResponder(definition: ResponderDefinition, ports: Ports = globals): ResponderHandler {
  const { id, service } = definition.declaration
  const set = settings({ app: variables.app, table: variables.table, dlq: variables.deadLetterQueueUrl })
  const logger = new Logger(service, { responder: id })
  const metrics = createMetrics(metricsNamespace(set.app), service, { responder: id })
  const desk: Desk = {
    definition,
    unit: readableUnit(definition, ports),
    put: replyPutter(dynamoClient(), set.table, ports),
    sqs: sqsClient(),
    deadLetterQueueUrl: set.dlq,
    ...{ logger, metrics, ports },
  }
  const run: ResponderHandler = async (event, context) => {
    const deadline = startDeadline(context, ports)
    try {
      return isBatch(event)
        ? await answerBatch(desk, event, deadline)
        : await answer(desk, envelopeIn(JSON.stringify(event)), deadline)
    } finally {
      deadline.clear()
    }
  }
  const handler = middy(run, { timeoutEarlyInMillis: 0 }).use(inContext(logger)).use(flushed(metrics))
  return (event, context) => handler(event, context)
}

const isBatch = (event: unknown): event is QueueEvent =>
  typeof event === 'object' && event !== null && 'Records' in event

async function answerBatch(desk: Desk, { Records }: QueueEvent, deadline: Deadline): Promise<object> {
  const staying = await Promise.all(
    Records.map(async (record) =>
      (await reply(desk, record, deadline)) ? [] : [{ itemIdentifier: record.messageId }],
    ),
  )
  return { batchItemFailures: staying.flat() }
}

/** @returns whether the request is done with; otherwise it comes again, until its deadline */
async function reply(desk: Desk, record: QueueRecord, deadline: Deadline): Promise<boolean> {
  const { metrics, ports } = desk
  const opened = await open(desk, record)
  if (!opened) return true
  const { id, replyto = '', deadline: until = '' } = opened
  const late = () => Date.parse(until) < ports.now()
  if (late()) {
    metrics.add('Expired', 'Count', 1)
    return true
  }
  const log = withFields(desk.logger, messageFields(desk.definition.declaration.id, opened))
  try {
    const answered = await answer(desk, opened, deadline)
    if (late()) {
      metrics.add('LateReply', 'Count', 1)
      log.warn('replied too late', { deadline: until })
      return true
    }
    if ((await desk.put(replyto, id, answered)) === 'replied before') metrics.add('Deduped', 'Count', 1)
    return true
  } catch (error) {
    if (late()) metrics.add('Expired', 'Count', 1)
    log.warn('request failed, to be tried again until its deadline', { ...errorFields(error) })
    return late()
  }
}

/** What is no request goes to the dead-letter queue. */
async function open(desk: Desk, record: QueueRecord): Promise<Envelope | undefined> {
  try {
    return envelopeIn(record.body)
  } catch (error) {
    const source = desk.definition.declaration.id
    desk.metrics.add('DeadLettered', 'Count', 1)
    await sendDeadLetter(desk.sqs, desk.deadLetterQueueUrl, { record, error, attempts: 1, source })
    return undefined
  }
}

/** @throws whatever the responder throws, but for a refusal */
async function answer(desk: Desk, request: Envelope, invocation: Deadline): Promise<Reply> {
  const { definition, metrics, ports } = desk
  const { query } = definition
  const deadline = messageDeadline(invocation, request.deadline, ports)
  metrics.add('Requests', 'Count', 1)
  try {
    const data = await validate(query.request, request.data, query.name)
    const logger = withFields(desk.logger, messageFields(definition.declaration.id, request))
    const context = {
      signal: deadline.signal,
      now: new Date(ports.now()),
      logger,
      degraded: () => metrics.add('Degraded', 'Count', 1),
    }
    const wire = await deadline.race(Promise.resolve(definition.answer(data, desk.unit, context)))
    await validate(query.reply, wire, `reply to ${query.name}`)
    return { kind: 'reply', data: wire }
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', status: error.status, reasons: error.reasons }
    if (error instanceof InvalidData) return { kind: 'refused', status: 400, reasons: error.reasons }
    throw error
  } finally {
    deadline.clear()
  }
}
