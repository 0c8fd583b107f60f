import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'

/** What a service has made of a list; `undefined` where it has not seen it. */
export async function readingOf(service: string, listId: string): Promise<object | undefined> {
  const client = new DynamoDBClient({})
  const Key = { pk: { S: `reading#${listId}` }, sk: { S: '-' } }
  const { Item } = await client.send(new GetItemCommand({ TableName: `large-${service}`, Key, ConsistentRead: true }))
  client.destroy()
  return Item?.item?.M && unmarshall(Item.item.M)
}
