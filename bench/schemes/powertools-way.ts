import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency'
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { plainWorld } from '../../test/messaging/crash/plain-world.ts'
import { fated } from '../../test/messaging/lab.ts'
import type { Way } from './traffic.ts'
import type { Site } from './ways.ts'

/** The handler of C and B, made idempotent by Powertools message by message, a batch side by side. */
export async function powertoolsWay(site: Site): Promise<Way> {
  const world = await plainWorld(site, 'bench')
  const create = new CreateTableCommand({
    TableName: 'powertools',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
  await site.cloud.client(DynamoDBClient).send(create)
  await site.cloud.clock.advance(60_000)
  return {
    name: 'Powertools idempotency',
    process() {
      const process = { alive: true, calls: [] as string[] }
      let strike: Parameters<typeof fated>[2] = () => undefined
      const fates: typeof strike = (command, n) => strike(command, n)
      const clients = {
        dynamo: fated(site.cloud.client(DynamoDBClient), process, fates),
        sqs: fated(site.cloud.client(SQSClient), process, fates),
      }
      const persistenceStore = new DynamoDBPersistenceLayer({
        tableName: 'powertools',
        awsSdkV3Client: clients.dynamo,
      })
      const config = new IdempotencyConfig({ eventKeyJmesPath: 'id' })
      config.registerLambdaContext({ getRemainingTimeInMillis: () => 30_000 } as never)
      const handle = makeIdempotent(
        async ({ id, poison }: { readonly id: string; readonly poison: boolean }) => {
          if (poison) throw new Error('poison')
          return world.handle(clients, id)
        },
        { persistenceStore, config },
      )
      return {
        calls: () => process.calls.length,
        async invoke(batch, struck = () => undefined) {
          process.calls.splice(0)
          strike = struck
          const ends = await Promise.allSettled(batch.map(({ id, poison }) => handle({ id, poison })))
          if (!process.alive) return 'crashed'
          return batch.flatMap(({ id }, n) => (ends[n]?.status === 'rejected' ? [id] : []))
        },
      }
    },
    dead: () => 0,
    look: world.look,
  }
}
