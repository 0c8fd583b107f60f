import { ChangeMessageVisibilityCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { type Filter, type Letter, letterOf, matches } from './letter.ts'
import type { DeadLetterQueue } from './queues.ts'
import type { Tools } from './tools.ts'

/** Long enough to read on to the end of a queue, and short enough that what a broken-off run holds comes back soon. */
const HELD_SECONDS = 60

/** SQS may answer with nothing though there is something; and what was read long ago comes again. */
const FRUITLESS_RECEIVES = 3

/**
 * Receives letters until none comes; whoever iterates decides of each whether it stays. Those that do not match, and those
 * that were not taken, are visible again at the end. Of a FIFO queue's group ten come at a time: the others wait behind them.
 */
export async function* receiveLetters(
  { sqs }: Tools,
  { url }: DeadLetterQueue,
  filter: Filter,
): AsyncGenerator<Letter[], void, void> {
  const seen = new Map<string, Letter>()
  let fruitless = 0
  try {
    while (fruitless < FRUITLESS_RECEIVES) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: HELD_SECONDS,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      )
      const letters = Messages.map(letterOf)
      const fresh = letters.filter(({ sqsMessageId }) => !seen.has(sqsMessageId))
      for (const letter of letters) seen.set(letter.sqsMessageId, letter)
      fruitless = fresh.length > 0 ? 0 : fruitless + 1
      const matching = fresh.filter((letter) => matches(letter, filter))
      if (matching.length > 0) yield matching
    }
  } finally {
    await Promise.all([...seen.values()].map((letter) => putBack(sqs, url, letter)))
  }
}

/** Of a letter that was deleted meanwhile SQS says that there is nothing to put back. */
async function putBack(sqs: Tools['sqs'], QueueUrl: string, { receiptHandle: ReceiptHandle }: Letter): Promise<void> {
  try {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
  } catch (error) {
    if (!GONE.includes((error as Error).name)) throw error
  }
}

const GONE = ['MessageNotInflight', 'InvalidParameterValue', 'ReceiptHandleIsInvalid']

/** All that match, left where they are. */
export async function lettersIn(tools: Tools, queue: DeadLetterQueue, filter: Filter = {}): Promise<readonly Letter[]> {
  const letters: Letter[] = []
  for await (const batch of receiveLetters(tools, queue, filter)) letters.push(...batch)
  return letters.sort((a, b) => a.sentAt - b.sentAt)
}
