import { GetRecordsCommand, GetShardIteratorCommand, type StreamRecord } from '@aws-sdk/client-dynamodb-streams'
import { InvokeCommand } from '@aws-sdk/client-lambda'
import { PublishCommand } from '@aws-sdk/client-sns'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { isFifo } from '../../messaging/names.ts'
import type { Operation } from '../../messaging/operation.ts'
import { groupIdOf } from '../../messaging/runtime/ids.ts'
import { CommandFailure } from '../failure.ts'
import type { Destination, StreamBatch } from './destination.ts'
import type { Letter } from './letter.ts'
import type { Tools } from './tools.ts'

/** Hands the letter over, as it came: same body, hence same id, and its attributes. @throws where it was not taken */
export async function sendBack(
  tools: Tools,
  letter: Letter,
  to: Exclude<Destination, { kind: 'nowhere' }>,
): Promise<void> {
  switch (to.kind) {
    case 'queue':
      await tools.sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrlOf(to.arn),
          MessageBody: letter.body,
          MessageAttributes: letter.attributes,
          ...grouped(to.arn, letter),
        }),
      )
      return
    case 'topic':
      await tools.sns.send(
        new PublishCommand({
          TopicArn: to.arn,
          Message: letter.body,
          MessageAttributes: letter.attributes,
          ...grouped(to.arn, letter),
        }),
      )
      return
    case 'function':
      await tools.lambda.send(new InvokeCommand({ FunctionName: to.arn, InvocationType: 'Event', Payload: to.payload }))
      return
    case 'park':
      await invoke(tools, to.functionArn, parkOperation(letter))
      return
    case 'stream':
      await replay(tools, to.functionArn, to.batch)
  }
}

function parkOperation({ envelope, body, group, attributes }: Letter): Operation {
  const time = `${envelope?.time}#${envelope?.id}`
  return {
    penstock: 'park',
    body,
    group: group ?? groupIdOf(envelope?.partitionkey ?? ''),
    place: attributes['sequence-number']?.StringValue ?? time,
  }
}

/** The same deduplication as the first time: redriving twice within five minutes is once on the wire. */
const grouped = (arn: string, { group, id }: Letter) =>
  isFifo(arn) ? { MessageGroupId: group ?? id, MessageDeduplicationId: id } : {}

/** SQS clients take the endpoint from their configuration; of the URL only account and name count. */
export function queueUrlOf(arn: string): string {
  const [, , , region, account, name] = arn.split(':')
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`
}

async function invoke({ lambda }: Tools, FunctionName: string, event: unknown): Promise<unknown> {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  )
  const text = Payload?.transformToString() ?? ''
  if (FunctionError) throw new CommandFailure(`${FunctionName} failed: ${text.slice(0, 300)}`)
  return text === '' ? undefined : JSON.parse(text)
}

/** Reads the batch's records out of the stream and hands them to the function that could not take them. */
async function replay(tools: Tools, functionArn: string, batch: StreamBatch): Promise<void> {
  const { streamArn: StreamArn, shardId: ShardId, startSequenceNumber: SequenceNumber } = batch
  const iterator = { StreamArn, ShardId, SequenceNumber, ShardIteratorType: 'AT_SEQUENCE_NUMBER' as const }
  const { ShardIterator } = await tools.streams.send(new GetShardIteratorCommand(iterator))
  const { Records = [] } = await tools.streams.send(new GetRecordsCommand({ ShardIterator, Limit: batch.batchSize }))
  const last = BigInt(batch.endSequenceNumber)
  const inBatch = Records.filter(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? 0) <= last)
  if (inBatch.length === 0) throw new CommandFailure('the stream does not hold its records any more: they lived a day')
  const event = { Records: inBatch.map((record) => ({ ...record, dynamodb: wireOf(record.dynamodb) })) }
  const answer = (await invoke(tools, functionArn, event)) as { batchItemFailures?: readonly unknown[] } | undefined
  const failed = answer?.batchItemFailures?.length ?? 0
  if (failed > 0) throw new CommandFailure(`${functionArn} could not take the batch's records again`)
}

/** As Lambda's poller writes a record: seconds, not a date. */
const wireOf = (change: StreamRecord = {}) => ({
  ...change,
  ApproximateCreationDateTime: (change.ApproximateCreationDateTime?.getTime() ?? 0) / 1000,
})
