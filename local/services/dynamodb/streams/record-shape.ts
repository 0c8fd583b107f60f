import { hash } from 'node:crypto'
import type { _Record } from '@aws-sdk/client-dynamodb-streams'
import { decodeItem } from '../values/codec.ts'
import { type StoredRecord, type StreamState, sequenceNumber } from './stream.ts'

/** A record as GetRecords answers it. */
export function recordShape(state: StreamState, record: StoredRecord, region: string): _Record {
  const { seq, at, event, keys, next, old, size, expiry } = record
  return {
    eventID: hash('md5', `${state.arn}/${seq}`),
    eventName: event,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: new Date(Math.floor(at / 1000) * 1000),
      Keys: decodeItem(keys),
      ...(next !== null && { NewImage: decodeItem(next) }),
      ...(old !== null && { OldImage: decodeItem(old) }),
      SequenceNumber: sequenceNumber(seq),
      SizeBytes: size,
      StreamViewType: state.view,
    },
    ...(expiry === 1 && { userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } }),
  }
}
