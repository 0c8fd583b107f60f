import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { DynamoDb } from '../../local/services/dynamodb/index.ts'
import { createTable, type Item } from '../../test/messaging/lab.ts'
import { startTestCloud } from '../../test/support/cloud.ts'
import { kitWays } from './kit-ways.ts'
import { powertoolsWay } from './powertools-way.ts'
import type { Way } from './traffic.ts'

/** Where all ways work. */
export interface Site {
  readonly cloud: Awaited<ReturnType<typeof startTestCloud>>
  readonly place: { readonly table: string; readonly queueUrl: string; readonly deadLetterQueueUrl: string }
  items(): Promise<Item[]>
}

export interface World {
  readonly ways: readonly Way[]
  meter(): { readonly requests: number; readonly writeUnits: number }
  resetMeter(): void
  stop(): Promise<void>
}

export async function openWays(): Promise<World> {
  const cloud = await startTestCloud()
  const sqs = cloud.client(SQSClient)
  const dynamo = cloud.client(DynamoDBClient)
  const queue = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? ''
  const place = { table: 'shop-orders', queueUrl: await queue('work'), deadLetterQueueUrl: await queue('work-dlq') }
  await dynamo.send(createTable(place.table))
  await cloud.clock.advance(60_000)
  const site: Site = {
    cloud,
    place,
    async items() {
      const found: Item[] = []
      for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: place.table }))
        found.push(...Items.map((item) => unmarshall(item) as Item))
      return found
    },
  }
  const service = cloud.context.service<DynamoDb>('dynamodb')
  return {
    ways: [...kitWays(site), await powertoolsWay(site)],
    meter() {
      const readings = service.meter()
      const sum = (of: (reading: (typeof readings)[number]) => number) =>
        readings.reduce((total, reading) => total + of(reading), 0)
      return { requests: sum(({ calls }) => calls), writeUnits: sum(({ writeUnits }) => writeUnits) }
    },
    resetMeter: () => service.resetMeter(),
    stop: () => cloud.stop(),
  }
}
