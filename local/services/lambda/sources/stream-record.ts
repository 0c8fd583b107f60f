import type { AttributeValue, _Record as StreamsRecord } from '@aws-sdk/client-dynamodb-streams'

/** A change as a DynamoDB event carries it to a function, with what the poller itself needs of it. */
export interface StreamRecord {
  readonly sequenceNumber: string
  /** Instant of the change, milliseconds. */
  readonly at: number
  /** The item it is about: changes of one item stay in order. */
  readonly key: string
  readonly shardId: string
  /** Its place in the event. */
  readonly event: Readonly<Record<string, unknown>>
}

export function streamRecord(record: StreamsRecord, shardId: string, streamArn: string): StreamRecord {
  const { dynamodb = {}, userIdentity } = record
  const at = dynamodb.ApproximateCreationDateTime?.getTime() ?? 0
  return {
    sequenceNumber: dynamodb.SequenceNumber ?? '',
    at,
    key: JSON.stringify(images(dynamodb.Keys)),
    shardId,
    event: {
      eventID: record.eventID,
      eventName: record.eventName,
      eventVersion: record.eventVersion,
      eventSource: record.eventSource,
      awsRegion: record.awsRegion,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(at / 1000),
        Keys: images(dynamodb.Keys),
        ...(dynamodb.NewImage ? { NewImage: images(dynamodb.NewImage) } : {}),
        ...(dynamodb.OldImage ? { OldImage: images(dynamodb.OldImage) } : {}),
        SequenceNumber: dynamodb.SequenceNumber,
        SizeBytes: dynamodb.SizeBytes,
        StreamViewType: dynamodb.StreamViewType,
      },
      ...(userIdentity ? { userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId } } : {}),
      eventSourceARN: streamArn,
    },
  }
}

const images = (item: Readonly<Record<string, AttributeValue>> | undefined): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item ?? {}).map(([name, value]) => [name, image(value)]))

/** Binary values are base64 text in the event. */
function image(value: AttributeValue): unknown {
  if (value.B !== undefined) return { B: base64(value.B) }
  if (value.BS !== undefined) return { BS: value.BS.map(base64) }
  if (value.M !== undefined) return { M: images(value.M) }
  if (value.L !== undefined) return { L: value.L.map(image) }
  return value
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
