import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { RUNTIME } from '../carried.ts'
import { lowQueue } from '../names.ts'
import type { QueueDefinition } from '../queue-handler.ts'
import type { Engine } from './attempt.ts'
import type { Backlog } from './backlog.ts'
import type { DelayedRetries } from './delayed-retries.ts'
import { type Gate, openGate } from './gate.ts'
import { groupCommit } from './group-commit.ts'
import { recentIds } from './handled.ts'
import { Logger } from './logger.ts'

import type { Measures } from './measures.ts'
import type { Opened } from './opened.ts'
import { openParking, type Parking } from './parking.ts'
import type { Ports } from './ports.ts'
import { openTable } from './table.ts'
import { type CountTries, triesOn } from './tries.ts'
import { turns } from './turns.ts'

/** What the handling of one queue's messages needs. */
export interface Desk extends Engine {
  readonly sqs: SQSClient
  readonly queueUrl: string
  readonly deadLetterQueueUrl: string
  readonly parking: Parking
  readonly gate: Gate
  /** Absent where it declares none. */
  readonly delayedRetries?: Promise<DelayedRetries>
  readonly countTries: (message: Opened) => CountTries
  readonly logger: Logger
}

/** Where a consumer works. */
export interface Workplace {
  readonly table: string
  readonly queueUrl: string
  readonly deadLetterQueueUrl: string
  /** Of the service's breaker keeper, where the consumer has a breaker that pauses. */
  readonly breakerQueueUrl?: string
}

export interface Tools {
  readonly dynamo: DynamoDBClient
  readonly sqs: SQSClient
  readonly measures: Measures
  readonly backlog: Backlog
  readonly ports: Ports
}

/** Ids that a process remembers. */
const RECENT = 10_000

export function openDesk(definition: QueueDefinition, place: Workplace, tools: Tools): Desk {
  const { id, service, delivery } = definition.declaration
  const delayed = delivery.delayedRetries
  const table = openTable(tools.dynamo, place.table, tools.ports)
  const logger = new Logger(service, { consumer: id })
  return {
    definition,
    ...tools,
    table,
    commits: groupCommit(tools.dynamo, tools.ports),
    recent: recentIds(RECENT),
    inTurn: turns(),
    queueUrl: place.queueUrl,
    deadLetterQueueUrl: place.deadLetterQueueUrl,
    parking: openParking(tools.dynamo, table, id, tools.ports),
    gate: openGate(definition, { ...tools, ...place, logger }),
    ...(delayed && {
      delayedRetries: delayed[RUNTIME]().then(({ openDelayedRetries }) =>
        openDelayedRetries({ ...delayed, id, lowQueueUrl: lowQueue(place.queueUrl) }, { ...tools, table }),
      ),
    }),
    countTries: triesOn(tools.dynamo, table, id, tools.ports),
    logger,
  }
}
