import type {
  BatchResultErrorEntry,
  PublishBatchCommandInput,
  PublishBatchCommandOutput,
  PublishBatchRequestEntry,
  PublishCommandInput,
  PublishCommandOutput,
} from '@aws-sdk/client-sns'
import { AwsError, NotSimulated } from '../../../errors.ts'
import { type Action, action, type Call, type CloudContext } from '../../../service.ts'
import { checkArn } from '../arn.ts'
import type { FanOut } from '../delivery/fan-out.ts'
import { checkMayEncrypt } from '../encryption.ts'
import { invalidParameter } from '../errors.ts'
import { maximumBytes } from '../limits.ts'
import type { Topics } from '../model.ts'
import { accept, check, checkBody } from '../publish.ts'
import type { Topic } from '../topic.ts'

const ENTRIES = 10
const traced = (call: Call) => ({ entry: call.entry, traceHeader: call.headers['x-amzn-trace-id'] })

export const publishActions = (context: CloudContext, topics: Topics, fanOut: FanOut): Record<string, Action> => ({
  Publish: action<PublishCommandInput, PublishCommandOutput>({
    accepts: [
      ...(['TopicArn', 'TargetArn', 'PhoneNumber', 'Message', 'Subject', 'MessageStructure'] as const),
      ...(['MessageAttributes', 'MessageDeduplicationId', 'MessageGroupId'] as const),
    ],
    access: ({ TopicArn, TargetArn }) => [{ action: 'sns:Publish', resource: TopicArn ?? TargetArn ?? '*' }],
    run: (input, call) => {
      const topic = targetOf(topics, input)
      const checked = check(topic, input)
      if (checked.bytes > maximumBytes(topic)) throw invalidParameter('Message too long')
      checkMayEncrypt(context, topic, call.caller)
      const { answer, message } = accept(context.kernel, topic, checked, traced(call))
      if (message) fanOut.publish(topic, message)
      return answer
    },
  }),
  PublishBatch: action<PublishBatchCommandInput, PublishBatchCommandOutput>({
    accepts: ['TopicArn', 'PublishBatchRequestEntries'],
    access: ({ TopicArn = '*' }) => [{ action: 'sns:Publish', resource: TopicArn }],
    run: ({ TopicArn, PublishBatchRequestEntries: entries = [] }, call) => {
      const topic = topics.get(TopicArn)
      checkBatch(entries.map(({ Id = '' }) => Id))
      const Failed: BatchResultErrorEntry[] = []
      const checked = entries.map((entry, index) => {
        const path = `publishBatchRequestEntries.${index + 1}.member.messageAttributes`
        return check(topic, entry, bodyUnlessFailed(topic, entry, Failed), path)
      })
      if (checked.reduce((sum, { bytes }) => sum + bytes, 0) > maximumBytes(topic))
        throw new AwsError(
          'BatchRequestTooLongException',
          'The length of all the messages put together is more than the limit.',
        )
      checkMayEncrypt(context, topic, call.caller)
      const accepted = checked.flatMap((one, index) => {
        const Id = entries[index]?.Id
        if (Failed.some((failed) => failed.Id === Id)) return []
        return [{ Id, ...accept(context.kernel, topic, one, traced(call)) }]
      })
      for (const { message } of accepted) if (message) fanOut.publish(topic, message)
      return { Successful: accepted.map(({ Id, answer }) => ({ Id, ...answer })), Failed }
    },
  }),
})

/** Some mistakes fail an entry, others fail its batch: those are still to be found in an entry that failed. */
function bodyUnlessFailed(topic: Topic, entry: PublishBatchRequestEntry, failed: BatchResultErrorEntry[]) {
  try {
    return checkBody(topic, entry)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    failed.push({ Id: entry.Id, Code: 'InvalidParameter', Message: error.message, SenderFault: true })
    return () => ''
  }
}

function targetOf(topics: Topics, { TopicArn, TargetArn, PhoneNumber }: PublishCommandInput): Topic {
  if (TopicArn !== undefined) return topics.get(TopicArn)
  if (TargetArn !== undefined) {
    checkArn('TargetArn', TargetArn)
    if (TargetArn.split(':')[5]?.startsWith('endpoint/'))
      throw invalidParameter('TargetArn Reason: No endpoint found for the target arn specified')
    return topics.get(TargetArn, 'TargetArn')
  }
  if (PhoneNumber === undefined) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter')
  if (!/^\+?[1-9]\d{1,14}$/.test(PhoneNumber))
    throw invalidParameter(`PhoneNumber Reason: ${PhoneNumber} is not valid to publish to`)
  throw new NotSimulated('text messages', 'Publish to a topic.')
}

/** @throws AwsError for what is wrong with the batch as a whole */
function checkBatch(ids: readonly string[]): void {
  if (ids.length === 0)
    throw new AwsError('EmptyBatchRequestException', "The batch request doesn't contain any entries.")
  if (ids.length > ENTRIES)
    throw new AwsError(
      'TooManyEntriesInBatchRequestException',
      'The batch request contains more entries than permissible.',
    )
  if (new Set(ids).size < ids.length)
    throw new AwsError(
      'BatchEntryIdsNotDistinctException',
      'Two or more batch entries in the request have the same Id.',
    )
  if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id)))
    throw new AwsError(
      'InvalidBatchEntryIdException',
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    )
}
