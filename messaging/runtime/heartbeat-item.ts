import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { heartbeatKey } from '../table-layout.ts'
import { type Heartbeat, POSITION, readHeartbeat, STUCK } from './heartbeat.ts'
import { attributes, type Item, type Table } from './table.ts'

/** Writes and reads the heartbeat. */
export interface HeartbeatItem {
  read(consistent: boolean): Promise<Heartbeat>
  /** @param times attributes with instants that only grow: an older one is not written */
  advance(
    times: Readonly<Partial<Record<'publishedUntil' | 'sweptUntil' | 'watchedSince' | 'waitingAt', number>>>,
  ): Promise<void>
  /** Changes what is not a growing instant. */
  change(set: Item, remove?: readonly string[]): Promise<void>
}

export const stuckAttribute = (sequenceNumber: string): string => `${STUCK}${sequenceNumber}`
export const positionAttribute = (shardId: string): string => `${POSITION}${shardId}`

export function openHeartbeat(client: DynamoDBClient, table: Table): HeartbeatItem {
  const update = (
    UpdateExpression: string,
    names: Record<string, string>,
    values: Item,
    ConditionExpression?: string,
  ) =>
    client.send(
      new UpdateItemCommand({
        TableName: table.name,
        Key: attributes(heartbeatKey),
        UpdateExpression,
        ExpressionAttributeNames: names,
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
        ...(ConditionExpression !== undefined && { ConditionExpression }),
      }),
    )
  return {
    read: (consistent) => readHeartbeat(table, consistent),
    async advance(times) {
      for (const [name, instant] of Object.entries(times)) {
        try {
          await update('SET #a = :t', { '#a': name }, number(':t', instant), 'attribute_not_exists(#a) OR #a < :t')
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error
        }
      }
    },
    async change(set, remove = []) {
      const sets = Object.keys(set)
      const names = Object.fromEntries([...sets, ...remove].map((name, index) => [`#n${index}`, name]))
      const values = Object.fromEntries(Object.values(set).map((value, index) => [`:v${index}`, value]))
      const setting = sets.map((_, index) => `#n${index} = :v${index}`).join(', ')
      const removing = remove.map((_, index) => `#n${sets.length + index}`).join(', ')
      const clauses = [...(setting ? [`SET ${setting}`] : []), ...(removing ? [`REMOVE ${removing}`] : [])]
      if (clauses.length > 0) await update(clauses.join(' '), names, values)
    },
  }
}

export const number = (name: string, value: number): Item => ({ [name]: { N: String(value) } })
