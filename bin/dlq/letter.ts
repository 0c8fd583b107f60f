import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs'
import type { Envelope } from '../../messaging/envelope.ts'
import { envelopeIn } from '../../messaging/runtime/received.ts'

/** A dead letter, as far as it tells what happened to it. */
export interface Letter {
  /** The envelope's id, or SQS's where the message is none. */
  readonly id: string
  readonly type: string
  readonly class: string
  readonly message: string
  readonly stackHash: string
  readonly attempts: number
  readonly source: string
  readonly trace: string
  /** When it was sent here, epoch milliseconds. */
  readonly sentAt: number
  readonly body: string
  readonly envelope: Envelope | undefined
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>
  readonly group: string | undefined
  readonly sqsMessageId: string
  readonly receiptHandle: string
}

/**
 * The kit's own dead letters say most; those of EventBridge, Scheduler and Lambda carry a code and a sentence; what SQS moved by its
 * receive count, and what SNS could not deliver, carries nothing.
 */
export function letterOf(message: Message): Letter {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MessageAttributes = {} } = message
  const told = (...names: string[]) =>
    names.map((name) => MessageAttributes[name]?.StringValue).find((value) => value !== undefined) ?? ''
  const envelope = envelopeOrNone(Body)
  return {
    id: envelope?.id ?? MessageId,
    type: envelope?.type ?? '',
    class: told('error-class', 'ERROR_CODE', 'ErrorCode') || 'Undelivered',
    message: told('error-message', 'ERROR_MESSAGE', 'ErrorMessage'),
    stackHash: told('stack-hash'),
    attempts: Number(told('attempts')) || Number(Attributes.ApproximateReceiveCount ?? 0),
    source: told('source', 'RULE_ARN', 'SCHEDULE_ARN'),
    trace: told('traceparent') || (envelope?.traceparent ?? ''),
    sentAt: Number(Attributes.SentTimestamp ?? 0),
    body: Body,
    envelope,
    attributes: MessageAttributes,
    group: Attributes.MessageGroupId,
    sqsMessageId: MessageId,
    receiptHandle: ReceiptHandle,
  }
}

function envelopeOrNone(body: string): Envelope | undefined {
  try {
    return envelopeIn(body)
  } catch {
    return undefined
  }
}

/** What `--filter name=value` compares; `*` stands for any text. */
const FILTERS = ['class', 'type', 'source', 'stack', 'id'] as const
export type Filter = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>

/** @throws RangeError where the text is no filter */
export function parseFilter(text: string, previous: Filter = {}): Filter {
  const [name = '', ...value] = text.split('=')
  if (!(FILTERS as readonly string[]).includes(name) || value.length === 0)
    throw new RangeError(`'${text}' is no filter: write name=value, with a name of ${FILTERS.join(', ')}`)
  return { ...previous, [name]: value.join('=') }
}

export function matches(letter: Letter, filter: Filter): boolean {
  const facts = {
    class: letter.class,
    type: letter.type,
    source: letter.source,
    stack: letter.stackHash,
    id: letter.id,
  }
  return FILTERS.every((name) => {
    const wanted = filter[name]
    return wanted === undefined || glob(wanted).test(facts[name])
  })
}

const glob = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's')
