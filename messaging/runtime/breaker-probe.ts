import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { KeptBreaker, QueuePlace } from '../environment.ts'
import type { BatchResponse } from '../queue-handler.ts'
import type { QueueRecord } from './received.ts'

interface Clients {
  readonly sqs: SQSClient
  readonly lambda: LambdaClient
}

type Mapping = KeptBreaker['mappings'][number]

/**
 * Hands one message to its consumer, as Lambda's poller would with the mapping enabled. Whether it is tried is for the breaker at the
 * consumer to say, and what came of it stands in the breaker's item.
 * @param turn whose queue is looked into first
 * @returns false where no message was there to try with
 */
export async function probe(clients: Clients, mappings: readonly Mapping[], turn: number): Promise<boolean> {
  const first = turn % mappings.length
  for (const mapping of [...mappings.slice(first), ...mappings.slice(0, first)]) {
    const message = await receive(clients.sqs, mapping.queue)
    if (!message) continue
    await handOver(clients, mapping, message)
    return true
  }
  return false
}

async function receive(sqs: SQSClient, { url }: QueuePlace): Promise<Message | undefined> {
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: 1,
    MessageSystemAttributeNames: ['All'],
  })
  return (await sqs.send(command)).Messages?.[0]
}

async function handOver({ sqs, lambda }: Clients, { function: name, queue }: Mapping, message: Message): Promise<void> {
  const event = { Records: [recordOf(message, queue)] }
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }),
  )
  // The message comes back by its visibility timeout, as after any crash.
  if (FunctionError !== undefined) return
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString()) as BatchResponse
  if (answer.batchItemFailures.length > 0) return
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle }))
}

const recordOf = ({ MessageId, ReceiptHandle, Body, Attributes }: Message, { arn }: QueuePlace): QueueRecord => ({
  messageId: MessageId ?? '',
  receiptHandle: ReceiptHandle ?? '',
  body: Body ?? '',
  // Asked for with the message: what the kit reads of them is always there.
  attributes: Attributes as unknown as QueueRecord['attributes'],
  eventSourceARN: arn,
})
