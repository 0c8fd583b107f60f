import { AwsError } from '../../../errors.ts'
import type { CloudContext } from '../../../service.ts'
import { send } from '../invoke/destinations.ts'
import type { Resolved } from '../model/functions.ts'
import type { Outcome } from '../runtime/invocation.ts'
import { countEvents } from './event-counts.ts'
import type { Mapping } from './mapping.ts'
import type { SourceParts } from './source.ts'
import type { StreamRecord } from './stream-record.ts'

export interface GivenUp {
  readonly records: readonly StreamRecord[]
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded'
  readonly attempts: number
  /** Of the last attempt that ran. */
  readonly outcome: Outcome | undefined
}

interface Where {
  readonly parts: SourceParts
  readonly mapping: Mapping
  readonly target: () => Resolved
}

/** Tells the mapping's on-failure destination where the given-up records can be found in the stream; not the records themselves. */
export async function failedBatch({ parts: { context }, mapping, target }: Where, given: GivenUp): Promise<void> {
  const { journal } = context.kernel
  journal.record('given-up', mapping.functionArn, undefined, {
    condition: given.condition,
    stream: mapping.sourceArn,
    records: given.records.map(({ sequenceNumber }) => sequenceNumber),
  })
  if (!mapping.settings.onFailure) return countEvents(context, mapping, 'DroppedEventCount', given.records.length)
  try {
    const resolved = target()
    const record = failureRecord(context, mapping, resolved.version.version, given)
    // An object has room for the records themselves.
    const payload = JSON.stringify({ Records: given.records.map(({ event }) => event) })
    const whole = /^arn:[^:]*:s3:/.test(mapping.settings.onFailure) ? { ...record, payload } : record
    const folder = `${mapping.uuid}/${given.records[0]?.shardId}`
    await send(context, resolved, { arn: mapping.settings.onFailure, body: JSON.stringify(whole), folder })
    countEvents(context, mapping, 'OnFailureDestinationDeliveredEventCount', given.records.length)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    journal.record('undelivered', mapping.functionArn, undefined, { code: error.code, message: error.message })
    const FunctionName = mapping.functionArn.split(':')[6] ?? ''
    context.metric('AWS/Lambda', 'DestinationDeliveryFailures', { FunctionName }, 1, 'Count')
  }
}

function failureRecord({ kernel }: CloudContext, mapping: Mapping, version: string, given: GivenUp): object {
  const { records, condition, attempts, outcome } = given
  const [first, last] = [records[0], records.at(-1)]
  const second = (instant = 0) => `${new Date(instant).toISOString().slice(0, 19)}Z`
  return {
    requestContext: {
      requestId: kernel.random.uuid('lambda request'),
      functionArn: mapping.functionArn,
      condition,
      approximateInvokeCount: attempts,
    },
    ...(outcome
      ? {
          responseContext: {
            statusCode: 200,
            executedVersion: version,
            functionError: outcome.failure ? 'Unhandled' : null,
          },
        }
      : {}),
    version: '1.0',
    timestamp: new Date(kernel.clock.now()).toISOString(),
    DDBStreamBatchInfo: {
      shardId: first?.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: second(first?.at),
      approximateArrivalOfLastRecord: second(last?.at),
      batchSize: records.length,
      streamArn: mapping.sourceArn,
    },
  }
}
