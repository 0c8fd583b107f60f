import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'

export interface Done {
  readonly id: string
  /** Epoch milliseconds. */
  readonly at: number
  /** Milliseconds from the sending. */
  readonly waited: number
}

const TableName = 'load-work'

/** Looks into the example's table, as an operator would. */
export function openTable(at: { readonly endpoint: string; readonly region: string }) {
  const { endpoint, region } = at
  const client = new DynamoDBClient({ endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
  return {
    /** What was done, by time. */
    async done(what: string): Promise<readonly Done[]> {
      const entries: Done[] = []
      let ExclusiveStartKey: QueryCommand['input']['ExclusiveStartKey']
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': { S: `done#${what}` } },
            ConsistentRead: true,
            ExclusiveStartKey,
          }),
        )
        entries.push(...Items.map((item) => unmarshall(item).item as Done))
        ExclusiveStartKey = LastEvaluatedKey
      } while (ExclusiveStartKey)
      return entries.sort((a, b) => a.at - b.at)
    },
    async provider(up: boolean): Promise<void> {
      const Item = marshall({ pk: 'provider#cards', sk: '-', item: { name: 'cards', up }, _v: 1 })
      await client.send(new PutItemCommand({ TableName, Item }))
    },
    close: () => client.destroy(),
  }
}
