import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { DelayedRetriesDeclaration } from '../delayed-retries.ts'
import { QUEUE_DELAY_MS } from '../duration.ts'
import type { Envelope } from '../envelope.ts'
import { OUT, TRIES_LIFETIME_SECONDS, TTL, triesKey } from '../table-layout.ts'
import type { Backlog } from './backlog.ts'
import type { Opened } from './opened.ts'
import { isLong, LIMITS, type Outgoing } from './outgoing.ts'
import type { Ports } from './ports.ts'
import { attributes, type Table } from './table.ts'

export interface DelayedRetries {
  /**
   * Lets a message leave its queue, to come back as a copy: written where its attempts are counted, together with their number, and
   * shipped by the relay. The caller deletes it then. Done again, after a crash before that, it makes no second copy.
   * @param used attempts that the message has had
   * @param queueUrl that it came from
   * @returns false where it is to be hidden on its queue instead
   */
  leave(opened: Opened, used: number, seconds: number, queueUrl: string): Promise<boolean>
}

interface Tools {
  readonly dynamo: DynamoDBClient
  readonly sqs: SQSClient
  readonly table: Table
  readonly backlog: Backlog
  readonly ports: Ports
}

/** @param settings `lowQueueUrl`: of the queue for low priority, whose copies go back there */
export function openDelayedRetries(
  { id, inFlight, lowQueueUrl }: DelayedRetriesDeclaration & { readonly id: string; readonly lowQueueUrl: string },
  { dynamo, sqs, table, backlog, ports }: Tools,
): DelayedRetries {
  const isCrowded = watchInFlight(sqs, inFlight, ports)

  const write = async ({ envelope, record }: Opened, used: number, outgoing: Outgoing): Promise<void> => {
    const command = new UpdateItemCommand({
      TableName: table.name,
      Key: attributes(triesKey(id, envelope?.id ?? '', record.messageId)),
      UpdateExpression: 'SET attempts = :used, #out = :out, #ttl = :ttl',
      ConditionExpression: 'attribute_not_exists(#out)',
      ExpressionAttributeNames: { '#out': OUT, '#ttl': TTL },
      ExpressionAttributeValues: {
        ':used': { N: String(used) },
        ':out': { S: JSON.stringify([outgoing]) },
        ':ttl': { N: String(Math.floor(ports.now() / 1000) + TRIES_LIFETIME_SECONDS) },
      },
    })
    try {
      await dynamo.send(command)
    } catch (error) {
      // It has left before, and was not deleted.
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  }

  return {
    async leave(opened, used, seconds, queueUrl) {
      const { envelope, record } = opened
      if (!envelope || !(seconds * 1000 > QUEUE_DELAY_MS || (await isCrowded(queueUrl)))) return false
      // A relay that is far behind would make the wait longer than any visibility timeout.
      if (await backlog.isLong()) return false
      const copy = copyOf(envelope, record.messageId, used, ports.now() + seconds * 1000)
      const body = JSON.stringify(copy)
      if (isLong(copy) && Buffer.byteLength(body) > LIMITS.scheduled) return false
      await write(opened, used, { kind: 'retry', body, ...(queueUrl === lowQueueUrl && { priority: 'low' }) })
      return true
    },
  }
}

const copyOf = (envelope: Envelope, messageId: string, attempts: number, due: number): Envelope => ({
  ...envelope,
  attempts,
  retryof: messageId,
  retryat: new Date(due).toISOString(),
})

const LOOK_EVERY_MS = 60_000

/** Whether so many messages of a queue are in flight; looks at most once a minute. Where it cannot tell, there are few. */
function watchInFlight(sqs: SQSClient, limit: number, ports: Ports): (queueUrl: string) => Promise<boolean> {
  const seen = new Map<string, { readonly crowded: Promise<boolean>; readonly until: number }>()
  const look = async (QueueUrl: string): Promise<boolean> => {
    const AttributeNames = ['ApproximateNumberOfMessagesNotVisible' as const]
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))
    return Number(Attributes.ApproximateNumberOfMessagesNotVisible) >= limit
  }
  return (queueUrl) => {
    const known = seen.get(queueUrl)
    if (known && known.until > ports.now()) return known.crowded
    const crowded = look(queueUrl).catch(() => false)
    seen.set(queueUrl, { crowded, until: ports.now() + LOOK_EVERY_MS })
    return crowded
  }
}
