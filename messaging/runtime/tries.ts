import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { TRIES_LIFETIME_SECONDS, TTL, triesKey } from '../table-layout.ts'
import type { Opened } from './opened.ts'
import type { Ports } from './ports.ts'
import { attributes, type Table } from './table.ts'

/** Adds to the number of a message's attempts; answers how many there are now. */
export type CountTries = (by: 1 | -1) => Promise<number>

/**
 * Counts the attempts at messages of a standard queue. SQS's own count also grows with each crash of a neighbour in the batch; this one
 * only when a handler begins.
 */
export function triesOn(client: DynamoDBClient, table: Table, consumerId: string, ports: Ports) {
  return ({ envelope, record }: Opened): CountTries =>
    async (by) => {
      const ttl = Math.floor(ports.now() / 1000) + TRIES_LIFETIME_SECONDS
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: attributes(triesKey(consumerId, envelope?.id ?? '', record.messageId)),
          UpdateExpression: 'ADD attempts :by SET #ttl = :ttl',
          ExpressionAttributeNames: { '#ttl': TTL },
          ExpressionAttributeValues: { ':by': { N: String(by) }, ':ttl': { N: String(ttl) } },
          ReturnValues: 'UPDATED_NEW',
        }),
      )
      return Number(Attributes?.attempts?.N)
    }
}
