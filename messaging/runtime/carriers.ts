import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns'
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Envelope } from '../envelope.ts'
import { isFifo } from '../names.ts'
import { groupIdOf } from './ids.ts'
import { entryObstacle, type Obstacle } from './obstacle.ts'
import type { Carrier, Parcel } from './ship.ts'

/** A message on its way out. `body` is the envelope's JSON. */
export interface Letter extends Parcel {
  readonly envelope: Envelope
  readonly body: string
  /** Seconds; for queues. */
  readonly delay?: number
}

/** To an EventBridge bus: the envelope is the event's detail. */
export function toBus(client: EventBridgeClient, bus: string): Carrier<Letter> {
  return async (letters) => {
    const Entries = letters.map(({ envelope, body }) => ({
      EventBusName: bus,
      Source: envelope.source,
      DetailType: envelope.type,
      Detail: body,
      Time: new Date(envelope.time),
      ...(envelope.traceparent !== undefined && { TraceHeader: toXRay(envelope.traceparent) }),
    }))
    const answer = await client.send(new PutEventsCommand({ Entries }))
    return letters.map((_, index) => {
      const entry = answer.Entries?.[index]
      return entry?.EventId ? undefined : entryObstacle(entry?.ErrorCode, entry?.ErrorMessage)
    })
  }
}

/** To an SNS topic; on a FIFO topic the key is the group. */
export function toTopic(client: SNSClient, topicArn: string): Carrier<Letter> {
  return async (letters) => {
    const PublishBatchRequestEntries = letters.map(({ envelope, body }, index) => ({
      Id: String(index),
      Message: body,
      ...fifoFields(topicArn, envelope),
    }))
    const answer = await client.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries }))
    return verdicts(letters, answer.Successful, answer.Failed)
  }
}

/** To an SQS queue; on a FIFO queue the key is the group. */
export function toQueue(client: SQSClient, queueUrl: string): Carrier<Letter> {
  return async (letters) => {
    const Entries = letters.map(({ envelope, body, delay }, index) => ({
      Id: String(index),
      MessageBody: body,
      ...(delay !== undefined && { DelaySeconds: delay }),
      ...fifoFields(queueUrl, envelope),
    }))
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
    return verdicts(letters, answer.Successful, answer.Failed)
  }
}

interface FailedEntry {
  readonly Id: string | undefined
  readonly Code: string | undefined
  readonly Message?: string | undefined
  readonly SenderFault: boolean | undefined
}

function verdicts(
  letters: readonly Letter[],
  successful: readonly { readonly Id?: string | undefined }[] | undefined,
  failed: readonly FailedEntry[] | undefined,
): (Obstacle | undefined)[] {
  const delivered = new Set(successful?.map(({ Id }) => Id))
  const refused = new Map(failed?.map((entry) => [entry.Id, entry]))
  return letters.map((_, index) => {
    if (delivered.has(String(index))) return undefined
    const entry = refused.get(String(index))
    return entryObstacle(entry?.Code, entry?.Message, entry?.SenderFault)
  })
}

const fifoFields = (destination: string, { partitionkey, id }: Envelope) =>
  isFifo(destination) ? { MessageGroupId: groupIdOf(partitionkey), MessageDeduplicationId: id } : {}

/** Root, Parent and Sampled only; never Lineage, which Lambda counts as a loop. */
function toXRay(traceparent: string): string {
  const [, traceId = '', spanId, flags] = traceparent.split('-')
  return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=${flags === '01' ? 1 : 0}`
}
