import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'

export interface Order {
  readonly status: string
  readonly log: readonly string[]
}

/** An order as the service's table has it. */
export async function readOrder(
  at: { readonly endpoint: string; readonly region: string },
  orderId: string,
): Promise<Order> {
  const { endpoint, region } = at
  const client = new DynamoDBClient({ endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
  const Key = { pk: { S: `order#${orderId}` }, sk: { S: '-' } }
  const { Item } = await client.send(new GetItemCommand({ TableName: 'unpaid-orders', Key, ConsistentRead: true }))
  client.destroy()
  if (!Item?.item?.M) throw new Error(`there is no order ${orderId}`)
  return unmarshall(Item.item.M) as Order
}
