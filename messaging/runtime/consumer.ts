import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import type { Metrics } from '@aws-lambda-powertools/metrics'
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware'
import middy from '@middy/core'
import type { LambdaContext } from '../context.ts'
import { variables } from '../environment.ts'
import { metricsNamespace } from '../names.ts'
import type { QueueDefinition, QueueHandler } from '../queue-handler.ts'
import { handleBatch, type QueueEvent } from './batch.ts'
import { dynamoClient, sqsClient } from './clients.ts'
import { startDeadline } from './deadline.ts'
import type { Desk } from './handling.ts'
import { createLogger } from './logging.ts'
import { createMetrics, measuresOn } from './measures.ts'
import { openParking } from './parking.ts'
import { globals, type Ports } from './ports.ts'
import { settings } from './settings.ts'
import { openTable } from './table.ts'

/** Makes the Lambda handler of a consumer or worker. Called once, in Lambda's init phase where there is one. */
export function startConsumer(definition: QueueDefinition, ports: Ports = globals): QueueHandler {
  const { desk, metrics } = openDesk(definition, ports)
  const run = async (event: QueueEvent, context: LambdaContext) => {
    const deadline = startDeadline(context, ports)
    try {
      return await handleBatch(desk, event, deadline)
    } finally {
      deadline.clear()
    }
  }
  // middy's own early timeout would fail the whole batch; the deadline answers for each message.
  const handler = middy(run, { timeoutEarlyInMillis: 0 }).use(injectLambdaContext(desk.logger)).use(logMetrics(metrics))
  return (event, context) => handler(event as QueueEvent, context)
}

function openDesk(definition: QueueDefinition, ports: Ports): { desk: Desk; metrics: Metrics } {
  const {
    app,
    table: tableName,
    queueUrl,
    deadLetterQueueUrl,
  } = settings({
    app: variables.app,
    table: variables.table,
    queueUrl: variables.queueUrl,
    deadLetterQueueUrl: variables.deadLetterQueueUrl,
  })
  const { id, service } = definition.declaration
  const dynamo = dynamoClient()
  const table = openTable(dynamo, tableName, ports)
  const metrics = createMetrics(metricsNamespace(app), service, { consumer: id })
  const desk: Desk = {
    definition,
    dynamo,
    table,
    ports,
    sqs: sqsClient(),
    queueUrl,
    deadLetterQueueUrl,
    parking: openParking(dynamo, table, id, ports),
    logger: createLogger(service, { consumer: id }),
    measures: measuresOn(metrics),
  }
  return { desk, metrics }
}
