import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import middy from '@middy/core'
import type { LambdaContext } from '../context.ts'
import type { Envelope } from '../envelope.ts'
import { variables } from '../environment.ts'
import { metricsNamespace } from '../names.ts'
import type { QueueDefinition, QueueHandler } from '../queue-handler.ts'
import { MARK_LIFETIME_SECONDS, markKey, PARTITION_KEY, TTL } from '../table-layout.ts'
import type { QueueEvent } from './batch.ts'
import { dynamoClient } from './clients.ts'
import { type Deadline, messageDeadline, startDeadline } from './deadline.ts'
import { readableUnit } from './endpoint-unit.ts'
import { digest } from './ids.ts'
import { Logger } from './logger.ts'
import { errorFields, inContext, messageFields, withFields } from './logging.ts'
import { createMetrics } from './measures.ts'
import { flushed, type Metrics } from './metrics.ts'
import { globals, type Ports } from './ports.ts'
import { readMessage } from './reading.ts'
import { envelopeIn, type QueueRecord } from './received.ts'
import { refusalOf } from './refusal.ts'
import { settings } from './settings.ts'
import { attributes } from './table.ts'

interface Desk {
  readonly definition: QueueDefinition
  readonly unit: object
  readonly dynamo: DynamoDBClient
  readonly table: string
  readonly logger: Logger
  readonly metrics: Metrics
  readonly ports: Ports
}

/** Makes the Lambda handler of a consumer with best effort. Called once. */
export function startConsumer(definition: QueueDefinition, ports: Ports = globals): QueueHandler {
  const { id, service } = definition.declaration
  const { app, table } = settings({ app: variables.app, table: variables.table })
  const logger = new Logger(service, { consumer: id })
  const metrics = createMetrics(metricsNamespace(app), service, { consumer: id })
  const unit = readableUnit(definition, ports)
  const desk: Desk = { definition, unit, dynamo: dynamoClient(), table, logger, metrics, ports }
  const run = async (event: QueueEvent, context: LambdaContext) => {
    const deadline = startDeadline(context, ports)
    await Promise.all(event.Records.map((record) => handle(desk, record, deadline))).finally(deadline.clear)
    return { batchItemFailures: [] }
  }
  const handler = middy(run, { timeoutEarlyInMillis: 0 }).use(inContext(logger)).use(flushed(metrics))
  return (event, context) => handler(event as QueueEvent, context)
}

/** Whatever becomes of the message, it does not come back: what fails is lost, and counted as that. */
async function handle(desk: Desk, record: QueueRecord, deadline: Deadline): Promise<void> {
  const { logger, metrics } = desk
  try {
    metrics.add(await outcomeOf(desk, envelopeIn(record.body), deadline), 'Count', 1)
  } catch (error) {
    logger.warn('lost', { sqs_message_id: record.messageId, ...errorFields(error) })
    metrics.add('Lost', 'Count', 1)
  }
}

async function outcomeOf(desk: Desk, envelope: Envelope, deadline: Deadline) {
  const { definition, ports } = desk
  const { declaration, contracts } = definition
  if (!isSampled(envelope.id, declaration.delivery.bestEffort?.sample ?? 1)) return 'LeftOut'
  const refusal = refusalOf(envelope, ports.now())
  if (refusal) throw refusal
  const data = contracts === 'every event' ? envelope.data : await readMessage(contracts, envelope)
  if (!(await claim(desk, envelope))) return 'Deduped'
  const within = messageDeadline(deadline, envelope.deadline, ports)
  const context = {
    envelope,
    message: { type: envelope.type, data },
    attempt: 1,
    signal: within.signal,
    now: new Date(ports.now()),
    logger: withFields(desk.logger, messageFields(declaration.id, envelope)),
    degraded: () => desk.metrics.add('Degraded', 'Count', 1),
  }
  await within.race(definition.handle(data, desk.unit, context)).finally(within.clear)
  return 'Handled'
}

/** The same of a message each time that it comes. */
const isSampled = (id: string, share: number): boolean =>
  share === 1 || Number.parseInt(digest(id).slice(0, 8), 16) < share * 2 ** 32

/**
 * Marks the message before it is handled, not after: whoever comes later knows that somebody has begun. Where the answer got lost the
 * SDK's next try finds its own mark, and the message is given up.
 */
async function claim({ dynamo, table, definition, ports }: Desk, { id }: Envelope): Promise<boolean> {
  const now = Math.floor(ports.now() / 1000)
  const command = new PutItemCommand({
    TableName: table,
    Item: {
      ...attributes(markKey(definition.declaration.id, id)),
      [TTL]: { N: String(now + MARK_LIFETIME_SECONDS) },
    },
    ConditionExpression: 'attribute_not_exists(#pk) OR #ttl < :now',
    ExpressionAttributeNames: { '#pk': PARTITION_KEY, '#ttl': TTL },
    ExpressionAttributeValues: { ':now': { N: String(now) } },
  })
  try {
    await dynamo.send(command)
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
