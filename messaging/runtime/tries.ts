import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { OUT, TRIES_LIFETIME_SECONDS, TTL, triesKey } from '../table-layout.ts'
import { digest } from './ids.ts'
import type { Opened } from './opened.ts'
import type { Ports } from './ports.ts'
import { attributes, type Table } from './table.ts'

/** The message has left its queue for a delayed retry; this one was to be deleted then. */
export class HasLeft extends Error {
  override readonly name = 'HasLeft'
}

/**
 * Adds to the number of a message's attempts; answers how many there are now.
 * @throws HasLeft
 */
export type CountTries = (by: 1 | -1) => Promise<number>

/**
 * Counts the attempts at messages of a standard queue. SQS's own count also grows with each crash of a neighbour in the batch; this one
 * only when a handler begins.
 */
export function triesOn(client: DynamoDBClient, table: Table, consumerId: string, ports: Ports) {
  return ({ envelope, record }: Opened): CountTries =>
    async (by) => {
      const before = envelope?.attempts ?? 0
      const ttl = Math.floor(ports.now() / 1000) + TRIES_LIFETIME_SECONDS
      const command = new UpdateItemCommand({
        TableName: table.name,
        Key: attributes(triesKey(consumerId, envelope?.id ?? '', record.messageId)),
        UpdateExpression: 'ADD attempts :by SET #ttl = :ttl, counted = :counted',
        // Where it has left its queue the item carries the copy, which must not be shipped again. And the SDK repeats an update whose
        // answer was lost: each receive counts once.
        ConditionExpression: 'attribute_not_exists(#out) AND (attribute_not_exists(counted) OR counted <> :counted)',
        ExpressionAttributeNames: { '#ttl': TTL, '#out': OUT },
        ExpressionAttributeValues: {
          ':by': { N: String(by) },
          ':ttl': { N: String(ttl) },
          ':counted': { S: digest(record.receiptHandle, record.attributes.ApproximateReceiveCount, by) },
        },
        ReturnValues: 'UPDATED_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      try {
        const { Attributes } = await client.send(command)
        return before + Number(Attributes?.attempts?.N)
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
        if (error.Item?.[OUT]) throw new HasLeft()
        return before + Number(error.Item?.attempts?.N)
      }
    }
}
