import { GetQueueAttributesCommand, paginateListQueues, type SQSClient } from '@aws-sdk/client-sqs'

export interface QueueDepth {
  readonly queue: string
  readonly messages: number
}

/** Queues of an app that are not empty, dead-letter queues among them. */
export async function messagesLeft(client: SQSClient, app: string): Promise<QueueDepth[]> {
  const depths: QueueDepth[] = []
  for await (const page of paginateListQueues({ client, pageSize: 1000 }, { QueueNamePrefix: `${app}-` }))
    for (const url of page.QueueUrls ?? []) {
      const messages = await depthOf(client, url)
      if (messages > 0) depths.push({ queue: url.slice(url.lastIndexOf('/') + 1), messages })
    }
  return depths
}

async function depthOf(client: SQSClient, url: string): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  )
  return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0)
}
