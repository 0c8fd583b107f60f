import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

/** A cloud with an SQS client and the calls that most tests make. */
export interface SqsBench {
  readonly cloud: TestCloud
  readonly sqs: SQSClient
  create(name: string, attributes?: Record<string, string>): Promise<string>
  createFifo(name: string, attributes?: Record<string, string>): Promise<string>
  send(
    url: string,
    body: string,
    more?: Partial<SendMessageCommandInput>,
  ): Promise<{ MessageId: string; SequenceNumber: string | undefined }>
  receive(url: string, more?: Partial<ReceiveMessageCommandInput>): Promise<Message[]>
  /** The only message of a receive. */
  receiveOne(url: string, more?: Partial<ReceiveMessageCommandInput>): Promise<Message & { ReceiptHandle: string }>
  delete(url: string, message: Message): Promise<void>
  attribute(url: string, name: string): Promise<string | undefined>
  /** Visible, in flight, delayed. */
  counts(url: string): Promise<number[]>
  /** Resolves when so many long polls of the queue wait. */
  polling(name: string, count?: number): Promise<void>
}

export async function startSqs(options: Parameters<typeof startTestCloud>[0] = {}): Promise<SqsBench> {
  const cloud = await startTestCloud(options)
  const sqs = cloud.client(SQSClient)
  const bench: SqsBench = {
    cloud,
    sqs,
    create: async (QueueName, Attributes) =>
      (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl as string,
    createFifo: (name, attributes) => bench.create(`${name}.fifo`, { FifoQueue: 'true', ...attributes }),
    send: async (QueueUrl, MessageBody, more) => {
      const { MessageId, SequenceNumber } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }))
      return { MessageId: MessageId as string, SequenceNumber }
    },
    receive: async (QueueUrl, more) =>
      (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages ?? [],
    receiveOne: async (url, more) => {
      const messages = await bench.receive(url, more)
      if (messages.length !== 1) throw new Error(`Expected one message of ${url}, not ${messages.length}`)
      return messages[0] as Message & { ReceiptHandle: string }
    },
    delete: async (QueueUrl, { ReceiptHandle }) => {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    },
    attribute: async (QueueUrl, name) =>
      (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes?.[
        name as 'QueueArn'
      ],
    counts: async (url) => [
      Number(await bench.attribute(url, 'ApproximateNumberOfMessages')),
      Number(await bench.attribute(url, 'ApproximateNumberOfMessagesNotVisible')),
      Number(await bench.attribute(url, 'ApproximateNumberOfMessagesDelayed')),
    ],
    polling: async (name, count = 1) => {
      const waiting = () => cloud.clock.pending().filter(({ label }) => label === `sqs long poll ${name}`).length
      while (waiting() !== count) await new Promise(setImmediate)
    },
  }
  return bench
}

export const bodiesOf = (messages: readonly Message[]): (string | undefined)[] => messages.map(({ Body }) => Body)
