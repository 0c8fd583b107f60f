import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda'
import { isFifo } from '../../messaging/names.ts'
import type { Letter } from './letter.ts'
import type { DeadLetterQueue } from './queues.ts'
import type { Tools } from './tools.ts'

/** Where a letter goes back to. */
export type Destination =
  | { readonly kind: 'queue' | 'topic'; readonly arn: string }
  /** The park store of an ordered queue's consumer: on the queue it would come after what has passed it since. */
  | { readonly kind: 'park'; readonly functionArn: string; readonly arn: string }
  | { readonly kind: 'function'; readonly arn: string; readonly payload: string }
  | { readonly kind: 'stream'; readonly functionArn: string; readonly batch: StreamBatch }
  /** Why it cannot go anywhere. */
  | { readonly kind: 'nowhere'; readonly why: string }

/** What a mapping's on-failure record says: positions only, the records are still in the stream (for a day). */
export interface StreamBatch {
  readonly shardId: string
  readonly startSequenceNumber: string
  readonly endSequenceNumber: string
  readonly batchSize: number
  readonly streamArn: string
}

/** Finds each letter's way back; asks once for each queue who consumes it. */
export function destinations(tools: Tools, { sources }: DeadLetterQueue): (letter: Letter) => Promise<Destination> {
  const consumers = new Map<string, Promise<string | undefined>>()
  const consumerOf = (queueArn: string) => {
    const known = consumers.get(queueArn) ?? consumedBy(tools, queueArn)
    consumers.set(queueArn, known)
    return known
  }
  return async (letter) => {
    const record = asRecord(letter.body)
    const batch = record?.DDBStreamBatchInfo as StreamBatch | undefined
    if (batch) return toStream(batch, record, sources)
    const invoked = failedInvocation(letter, record, sources)
    if (invoked) return invoked
    // A rule's or a schedule's letter says what it was bound for; its rule's other targets have had theirs.
    const told = letter.attributes.TARGET_ARN?.StringValue
    // What SQS has moved by itself, and what SNS could not deliver, says nothing; a consumer's letter, which of its queues it came from.
    const silent = sources.filter(({ kind }) => kind === 'queue' || kind === 'subscription')
    const unsaid = (silent.length > 0 ? silent : sources).map(({ destination }) => destination)
    const from = unsaid.find((destination) => destination === letter.attributes['source-arn']?.StringValue)
    const certain = told ?? from
    const all = [...new Set(certain ? [certain] : unsaid)]
    const [arn] = all
    if (arn === undefined || all.length > 1)
      return { kind: 'nowhere', why: `it may have been bound for any of ${all.join(', ')}` }
    if (arn.includes(':lambda:')) return { kind: 'function', arn, payload: letter.body }
    if (!arn.includes(':sqs:')) return arn.includes(':sns:') ? { kind: 'topic', arn } : nowhere(arn)
    const functionArn = isFifo(arn) ? await consumerOf(arn) : undefined
    if (functionArn === undefined) return { kind: 'queue', arn }
    if (!letter.envelope)
      return { kind: 'nowhere', why: 'in order, what is no message has no place: edit it or purge it' }
    return { kind: 'park', functionArn, arn }
  }
}

const nowhere = (arn: string): Destination => ({
  kind: 'nowhere',
  why: `${arn} is no queue, topic or function: give what it holds to its owner`,
})

function toStream(
  batch: StreamBatch,
  record: JsonObject | undefined,
  sources: DeadLetterQueue['sources'],
): Destination {
  const context = record?.requestContext as { functionArn?: string } | undefined
  const mapping = sources.find(({ kind, name }) => kind === 'stream' && name === batch.streamArn)
  const functionArn = mapping?.destination ?? context?.functionArn
  return functionArn ? { kind: 'stream', functionArn, batch } : { kind: 'nowhere', why: 'its mapping is gone' }
}

/** An asynchronous invocation: a destination's record holds the payload, a dead-letter queue's message is it. */
function failedInvocation(
  letter: Letter,
  record: JsonObject | undefined,
  sources: DeadLetterQueue['sources'],
): Destination | undefined {
  const context = record?.requestContext as { functionArn?: string } | undefined
  if (context?.functionArn && record && 'requestPayload' in record)
    return { kind: 'function', arn: context.functionArn, payload: JSON.stringify(record.requestPayload) }
  const [only, ...others] = sources.filter(({ kind }) => kind === 'function')
  return letter.attributes.RequestID && only && others.length === 0
    ? { kind: 'function', arn: only.destination, payload: letter.body }
    : undefined
}

type JsonObject = Readonly<Record<string, unknown>>

function asRecord(body: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(body)
    return typeof json === 'object' && json !== null ? (json as JsonObject) : undefined
  } catch {
    return undefined
  }
}

async function consumedBy({ lambda }: Tools, EventSourceArn: string): Promise<string | undefined> {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn }))
  return EventSourceMappings[0]?.FunctionArn
}
