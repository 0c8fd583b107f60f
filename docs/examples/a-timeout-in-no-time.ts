// A quarter of an hour of SQS's own delay, in a few milliseconds: the clock is what jumps.
//   npx node docs/examples/a-timeout-in-no-time.ts
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startCloud } from '../../local/cloud.ts'

const cloud = await startCloud({ clock: 'manual', start: Date.UTC(2026, 0, 1), seed: 'example' })
const sqs = new SQSClient({
  endpoint: cloud.endpoint,
  region: cloud.region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
})

const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'reminders' }))
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'pay now', DelaySeconds: 900 }))

await cloud.kernel.clock.advance(899_000)
const early = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
console.log(`after 14:59: ${early.Messages?.length ?? 0} messages`)

await cloud.kernel.clock.advance(1_000)
const due = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
console.log(`after 15:00: ${due.Messages?.[0]?.Body}`)

sqs.destroy()
await cloud.stop()
