import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { REPLY_LIFETIME_SECONDS, replyKey, TTL } from '../table-layout.ts'
import type { Ports } from './ports.ts'
import { REPLY, type Reply } from './reply.ts'
import { attributes } from './table.ts'

/** Puts a reply where its requester looks for it, unless there is one: a request that is handled twice has one reply. */
export type PutReply = (requester: string, requestId: string, reply: Reply) => Promise<'replied' | 'replied before'>

export function replyPutter(dynamo: DynamoDBClient, table: string, ports: Ports): PutReply {
  return async (requester, requestId, reply) => {
    const ttl = Math.floor(ports.now() / 1000) + REPLY_LIFETIME_SECONDS
    const Item = {
      ...attributes(replyKey(requester, requestId)),
      [REPLY]: { S: JSON.stringify(reply) },
      [TTL]: { N: String(ttl) },
    }
    try {
      await dynamo.send(new PutItemCommand({ TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' }))
      return 'replied'
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'replied before'
      throw error
    }
  }
}
