import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { shopTables } from '../../lib/stacks/tables.ts'
import { APP } from './app.ts'

export const PROVIDERS = ['sound', 'faulty'] as const
export type Provider = (typeof PROVIDERS)[number]

/** As payment providers are on a bad day: half of the charges that time out have been taken. */
const FAULTY = { failShare: 0.1, timeOutShare: 0.05, twiceShare: 0.05 } as const

/** Lets the payment provider's sandbox fail, hang and answer twice. */
export async function misbehave(
  client: DynamoDBClient,
  { apiUrl, seed }: { readonly apiUrl: string; readonly seed: string },
): Promise<void> {
  const webhook = `${apiUrl.replace(/\/$/, '')}/payments/answers`
  const Item = marshall({ pk: 'settings', sk: '-', seed, webhook, ...FAULTY })
  await client.send(new PutItemCommand({ TableName: shopTables(APP).sandbox, Item }))
}
