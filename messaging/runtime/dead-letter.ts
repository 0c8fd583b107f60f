import { type MessageAttributeValue, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { isFifo } from '../names.ts'
import { errorClass } from '../retry-policy.ts'
import { digest } from './ids.ts'
import { envelopeIn, type QueueRecord } from './received.ts'

export interface DeadLetter {
  readonly record: Pick<QueueRecord, 'body' | 'messageId'> & {
    readonly attributes: Pick<QueueRecord['attributes'], 'MessageGroupId' | 'SequenceNumber'>
    readonly eventSourceARN?: string
  }
  readonly error: unknown
  readonly attempts: number
  /** Absent where the message was malformed. */
  readonly envelopeId?: string
  readonly traceparent?: string
  /** Id of the consumer. */
  readonly source: string
}

const MAX_REASON = 1_024

/**
 * Sends the message, as it came, to the dead-letter queue with its reason in attributes. The caller acknowledges afterwards:
 * two calls, so a crash between them leaves the letter twice, under one envelope id.
 */
export async function sendDeadLetter(client: SQSClient, queueUrl: string, letter: DeadLetter): Promise<void> {
  const { record } = letter
  const group = record.attributes.MessageGroupId ?? 'none'
  await client.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: asFirstSent(record.body),
      MessageAttributes: reasonOf(letter),
      ...(isFifo(queueUrl) && { MessageGroupId: group, MessageDeduplicationId: letter.envelopeId ?? record.messageId }),
    }),
  )
}

/** Without what a delayed retry has added: what is sent again from here begins anew. */
function asFirstSent(body: string): string {
  if (!body.includes('"retryof"')) return body
  const { attempts: _attempts, retryof: _retryof, retryat: _retryat, ...envelope } = envelopeIn(body)
  return JSON.stringify(envelope)
}

function reasonOf({
  error,
  attempts,
  envelopeId,
  traceparent,
  source,
  record,
}: DeadLetter): Record<string, MessageAttributeValue> {
  const facts = {
    'error-class': errorClass(error),
    'error-message': (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON),
    'stack-hash': stackHash(error),
    'envelope-id': envelopeId,
    traceparent,
    source,
    'source-arn': record.eventSourceARN,
    'original-message-id': record.messageId,
    // Its place in its group, where there is one: a redrive parks it there.
    'sequence-number': record.attributes.SequenceNumber,
  }
  const texts = Object.entries(facts).flatMap(([name, value]): [string, MessageAttributeValue][] =>
    value ? [[name, { DataType: 'String', StringValue: printable(value) }]] : [],
  )
  return { ...Object.fromEntries(texts), attempts: { DataType: 'Number', StringValue: String(attempts) } }
}

/** Groups letters by cause: where the error was thrown, without line numbers' drift in messages. */
function stackHash(error: unknown): string | undefined {
  if (!(error instanceof Error) || !error.stack) return undefined
  const frames = error.stack.split('\n').filter((line) => /^\s+at /.test(line))
  return digest(error.name, ...frames.slice(0, 5)).slice(0, 12)
}

/** SQS refuses most control characters and lone surrogates. */
const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be replaced
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
