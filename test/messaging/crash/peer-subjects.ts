import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency'
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { vi } from 'vitest'
import { type Fates, fated, type Lab } from '../lab.ts'
import { gated } from './kit-subjects.ts'
import { plainWorld } from './plain-world.ts'
import type { Gate, Subject } from './subject.ts'

/** The plain handler under Powertools idempotency, as its guide has it: keyed by the message's id, with the Lambda context. */
export async function powertoolsSubject(lab: Lab): Promise<Subject> {
  const world = await plainWorld(lab, 'powertools')
  await createTable(lab, 'powertools')
  return {
    name: 'Powertools',
    async deliver(id, meet) {
      const worker = struckWorker(lab, meet)
      const config = new IdempotencyConfig({ eventKeyJmesPath: 'id' })
      config.registerLambdaContext({ getRemainingTimeInMillis: () => 30_000 } as never)
      const persistenceStore = new DynamoDBPersistenceLayer({ tableName: 'powertools', awsSdkV3Client: worker.dynamo })
      const handle = makeIdempotent((message: { readonly id: string }) => world.handle(worker, message.id), {
        persistenceStore,
        config,
      })
      // A failed message stays on its queue; the next delivery is the next call of this function.
      await handle({ id }).catch(() => {})
      return worker.calls.length
    },
    // Its leases go by the process's own clock.
    later: () => vi.setSystemTime(Date.now() + 60_000),
    look: world.look,
  }
}

/** The plain handler behind a mark that is made first: the way of a set-if-absent in a cache with a time to live. */
export async function markFirstSubject(lab: Lab): Promise<Subject> {
  const world = await plainWorld(lab, 'mark-first')
  await createTable(lab, 'mark-first')
  return {
    name: 'mark first',
    async deliver(id, meet) {
      const worker = struckWorker(lab, meet)
      const mark = { TableName: 'mark-first', Item: { id: { S: id } }, ConditionExpression: 'attribute_not_exists(id)' }
      try {
        await worker.dynamo.send(new PutItemCommand(mark))
        await world.handle(worker, id)
      } catch (error) {
        // A duplicate is dropped, a failed message stays on its queue: either is all for this invocation.
        if (!(error instanceof ConditionalCheckFailedException) && !worker.struck()) throw error
      }
      return worker.calls.length
    },
    later: () => {},
    look: world.look,
  }
}

function struckWorker(lab: Lab, { fates, gate = () => undefined }: { readonly fates?: Fates; readonly gate?: Gate }) {
  const process = { alive: true, calls: [] as string[] }
  let struck = false
  const noted: Fates = (command, n) => {
    const fate = fates?.(command, n)
    struck ||= fate !== undefined
    return fate
  }
  return {
    dynamo: fated(gated(lab.cloud.client(DynamoDBClient), gate), process, noted),
    sqs: fated(lab.cloud.client(SQSClient), process, noted),
    calls: process.calls,
    struck: () => struck,
  }
}

async function createTable(lab: Lab, TableName: string): Promise<void> {
  const create = new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
  await lab.cloud.client(DynamoDBClient).send(create)
  await lab.cloud.clock.advance(60_000)
}
