import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { Lab } from '../lab.ts'
import type { Traces } from './subject.ts'

/**
 * A handler as it is written without the kit: it counts in an item and sends an event, one call after the other. The event's id is the
 * message's own, so that a subscriber can drop repeats.
 */
export interface PlainWorld {
  handle(clients: { readonly dynamo: DynamoDBClient; readonly sqs: SQSClient }, id: string): Promise<{ n: number }>
  look(): Promise<Traces>
}

export async function plainWorld(lab: Pick<Lab, 'cloud' | 'items'>, name: string): Promise<PlainWorld> {
  const TableName = 'shop-orders'
  const sqs = lab.cloud.client(SQSClient)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `published-${name}` }))
  const keyOf = (id: string) => ({ pk: { S: `plain-${name}#${id}` }, sk: { S: '-' } })
  return {
    async handle(clients, id) {
      const get = new GetItemCommand({ TableName, Key: keyOf(id), ConsistentRead: true })
      const n = Number((await clients.dynamo.send(get)).Item?.n?.N ?? 0) + 1
      await clients.dynamo.send(new PutItemCommand({ TableName, Item: { ...keyOf(id), n: { N: String(n) } } }))
      await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: id }))
      return { n }
    },
    async look() {
      const counts = new Map((await lab.items()).map(({ pk, n }) => [pk, Number(n)]))
      const published: string[] = []
      for (;;) {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
        if (Messages.length === 0) break
        published.push(...Messages.map(({ Body = '' }) => Body))
        const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }))
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
      }
      return {
        effects: (id) => counts.get(keyOf(id).pk.S) ?? 0,
        published: (id) => published.filter((one) => one === id),
      }
    },
  }
}
