import { DeleteMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Envelope } from '../../messaging/envelope.ts'
import { isFifo } from '../../messaging/names.ts'
import { digest } from '../../messaging/runtime/ids.ts'
import { CommandFailure } from '../failure.ts'
import type { Letter } from './letter.ts'
import { withData } from './packed.ts'
import type { DeadLetterQueue } from './queues.ts'
import { receiveLetters } from './read.ts'
import type { Tools } from './tools.ts'

/**
 * Puts a copy with other data in the letter's place, in the same queue. It has an id of its own, made of the original's and the
 * data, because consumers that have handled the original would drop it otherwise; `editof` names the original. The same edit made twice
 * is one message.
 */
export async function editLetter(tools: Tools, queue: DeadLetterQueue, id: string, data: unknown): Promise<string> {
  for await (const [letter] of receiveLetters(tools, queue, { id }))
    if (letter) return replace(tools, queue, letter, data)
  throw new CommandFailure(`${queue.name} holds no letter ${id}.`, 2)
}

/** Answers the copy's id. The copy is sent first: a crash in between leaves both, and says so by `editof`. */
async function replace(tools: Tools, queue: DeadLetterQueue, letter: Letter, data: unknown): Promise<string> {
  const { envelope, attributes } = letter
  if (!envelope) throw new CommandFailure(`${letter.id} is no message of the kit: only a message has data to edit.`, 2)
  const id = digest(envelope.id, JSON.stringify(data))
  const edited = { ...withData(envelope, data), id, editof: envelope.id }
  const named = attributes['envelope-id'] && { 'envelope-id': { DataType: 'String', StringValue: edited.id } }
  await tools.sqs.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: bodyWith(letter.body, edited),
      MessageAttributes: { ...attributes, ...named },
      ...(isFifo(queue.name) && { MessageGroupId: letter.group, MessageDeduplicationId: edited.id }),
    }),
  )
  await tools.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: letter.receiptHandle }))
  return edited.id
}

/** What came by a rule has its envelope inside the event. */
function bodyWith(body: string, envelope: Envelope): string {
  const json = JSON.parse(body) as Readonly<Record<string, unknown>>
  return JSON.stringify('detail-type' in json ? { ...json, detail: envelope } : envelope)
}
