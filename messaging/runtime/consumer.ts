import middy from '@middy/core'
import type { LambdaContext } from '../context.ts'
import { variables } from '../environment.ts'
import { metricsNamespace } from '../names.ts'
import { operationIn } from '../operation.ts'
import type { QueueDefinition, QueueHandler } from '../queue-handler.ts'
import { watchBacklog } from './backlog.ts'
import { handleBatch, type QueueEvent } from './batch.ts'
import { dynamoClient, sqsClient } from './clients.ts'
import { startDeadline } from './deadline.ts'
import { openDesk } from './desk.ts'
import { inContext } from './logging.ts'
import { createMetrics, measuresOn } from './measures.ts'
import { flushed } from './metrics.ts'
import { operate } from './operate.ts'
import { globals } from './ports.ts'
import { settings } from './settings.ts'
import { openTable } from './table.ts'

/** Makes the Lambda handler of a consumer or worker. Called once, at the first invocation. */
export function startConsumer(definition: QueueDefinition): QueueHandler {
  const { id, service } = definition.declaration
  const { app, ...place } = settings({
    app: variables.app,
    table: variables.table,
    queueUrl: variables.queueUrl,
    deadLetterQueueUrl: variables.deadLetterQueueUrl,
  })
  const metrics = createMetrics(metricsNamespace(app), service, { consumer: id })
  const dynamo = dynamoClient()
  const backlog = watchBacklog(openTable(dynamo, place.table, globals), globals)
  const tools = { dynamo, sqs: sqsClient(), measures: measuresOn(metrics), backlog, ports: globals }
  const breakerQueueUrl = process.env[variables.breakerQueueUrl]
  const desk = openDesk(definition, { ...place, ...(breakerQueueUrl && { breakerQueueUrl }) }, tools)
  const run = async (event: QueueEvent, context: LambdaContext) => {
    const operation = operationIn(event)
    const deadline = startDeadline(context, globals)
    try {
      return operation ? await operate(desk, operation, deadline) : await handleBatch(desk, event, deadline)
    } finally {
      deadline.clear()
    }
  }
  // middy's own early timeout would fail the whole batch; the deadline answers for each message.
  const handler = middy(run, { timeoutEarlyInMillis: 0 }).use(inContext(desk.logger)).use(flushed(metrics))
  return (event, context) => handler(event as QueueEvent, context)
}
