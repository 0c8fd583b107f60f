import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'

/** The endpoint is the environment's, whatever the host in a queue's URL. */
const client = new SQSClient({ useQueueUrlAsEndpoint: false })

/** Has the provider tell the shop's webhook about the charge under the key, after so many seconds. */
export async function queueAnswer(key: string, delaySeconds: number): Promise<void> {
  await client.send(
    new SendMessageCommand({
      QueueUrl: process.env.SANDBOX_ANSWERS,
      MessageBody: JSON.stringify({ key }),
      DelaySeconds: delaySeconds,
    }),
  )
}
