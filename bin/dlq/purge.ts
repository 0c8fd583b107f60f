import { DeleteMessageCommand } from '@aws-sdk/client-sqs'
import type { Filter } from './letter.ts'
import type { DeadLetterQueue } from './queues.ts'
import { receiveLetters } from './read.ts'
import type { Tools } from './tools.ts'

/** Deletes the letters that match; answers how many. PurgeQueue would also take those that arrive during its minute. */
export async function purge(tools: Tools, queue: DeadLetterQueue, filter: Filter): Promise<number> {
  let purged = 0
  for await (const letters of receiveLetters(tools, queue, filter))
    for (const { receiptHandle: ReceiptHandle } of letters) {
      await tools.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }))
      purged++
    }
  return purged
}
