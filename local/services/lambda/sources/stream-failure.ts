import { AwsError } from '../../../errors.ts'
import { send } from '../invoke/destinations.ts'
import type { Resolved } from '../model/functions.ts'
import type { Outcome } from '../runtime/invocation.ts'
import type { Mapping } from './mapping.ts'
import type { SourceParts } from './source.ts'
import type { StreamRecord } from './stream-record.ts'

export type GivenUp = 'RetryAttemptsExhausted' | 'RecordAgeExceeded'

/** Tells the mapping's on-failure destination where the given-up records can be found in the stream; not the records themselves. */
export async function failedBatch(
  { context }: SourceParts,
  mapping: Mapping,
  target: Resolved,
  records: readonly StreamRecord[],
  condition: GivenUp,
  attempts: number,
  outcome: Outcome | undefined,
): Promise<void> {
  const { kernel } = context
  const [first, last] = [records[0], records.at(-1)]
  kernel.journal.record('given-up', target.arn, undefined, {
    condition,
    stream: mapping.sourceArn,
    records: records.map(({ sequenceNumber }) => sequenceNumber),
  })
  if (!mapping.settings.onFailure || !first || !last) return
  const second = (instant: number) => `${new Date(instant).toISOString().slice(0, 19)}Z`
  const body = {
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
            executedVersion: target.version.version,
            functionError: outcome.failure ? 'Unhandled' : null,
          },
        }
      : {}),
    version: '1.0',
    timestamp: new Date(kernel.clock.now()).toISOString(),
    DDBStreamBatchInfo: {
      shardId: first.shardId,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: second(first.at),
      approximateArrivalOfLastRecord: second(last.at),
      batchSize: records.length,
      streamArn: mapping.sourceArn,
    },
  }
  try {
    await send(context, target, mapping.settings.onFailure, JSON.stringify(body), undefined)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    kernel.journal.record('undelivered', target.arn, undefined, { code: error.code, message: error.message })
    context.metric('AWS/Lambda', 'DestinationDeliveryFailures', { FunctionName: target.fn.name }, 1, 'Count')
  }
}
