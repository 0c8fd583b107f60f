import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { TestCloud } from '../../../../support/cloud.ts'

export const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

export interface TestQueue {
  readonly url: string
  readonly arn: string
  /** Sends bodies, or whole entries without their ids. */
  send(...messages: (string | Omit<SendMessageBatchRequestEntry, 'Id'>)[]): Promise<void>
  /** Messages visible, in flight and delayed. */
  count(): Promise<{ visible: number; inFlight: number; delayed: number }>
}

export async function createQueue(
  cloud: TestCloud,
  name: string,
  Attributes: Record<string, string> = {},
): Promise<TestQueue> {
  const sqs = cloud.client(SQSClient)
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))
  return {
    url,
    arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
    async send(...messages) {
      for (let at = 0; at < messages.length; at += 10) {
        const Entries = messages.slice(at, at + 10).map((message, index) => ({
          Id: String(index),
          ...(typeof message === 'string' ? { MessageBody: message } : message),
        }))
        const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
        if (Failed.length > 0) throw new Error(JSON.stringify(Failed))
      }
    },
    async count() {
      const { Attributes: counts = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
      )
      return {
        visible: Number(counts.ApproximateNumberOfMessages),
        inFlight: Number(counts.ApproximateNumberOfMessagesNotVisible),
        delayed: Number(counts.ApproximateNumberOfMessagesDelayed),
      }
    },
  }
}

export async function map(
  cloud: TestCloud,
  EventSourceArn: string,
  FunctionName: string,
  settings: Partial<CreateEventSourceMappingCommandInput> = {},
): Promise<string> {
  const { UUID = '' } = await cloud
    .client(LambdaClient)
    .send(new CreateEventSourceMappingCommand({ EventSourceArn, FunctionName, ...settings }))
  await cloud.clock.settle()
  return UUID
}
