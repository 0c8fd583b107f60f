import type {
  GetQueueAttributesCommandInput,
  GetQueueAttributesCommandOutput,
  SetQueueAttributesCommandInput,
  SetQueueAttributesCommandOutput,
} from '@aws-sdk/client-sqs'
import { type Action, action } from '../../../service.ts'
import {
  type ComputedAttribute,
  checkAttributes,
  computedAttributes,
  isAttributeName,
  mergeAttributes,
} from '../attributes.ts'
import { invalidAttribute, missingParameter, unknownAttribute } from '../errors.ts'
import type { QueueRecord } from '../model/queues.ts'
import { checkPrincipals } from '../queue-policies.ts'
import { checkRedrive } from '../redrive-check.ts'
import { onQueue, requireQueue, type SqsParts } from '../store.ts'

const seconds = (instant: number): string => String(Math.floor(instant / 1_000))

const computed: Record<ComputedAttribute, (record: QueueRecord) => string> = {
  QueueArn: ({ arn }) => arn,
  CreatedTimestamp: ({ createdAt }) => seconds(createdAt),
  LastModifiedTimestamp: ({ modifiedAt }) => seconds(modifiedAt),
  ApproximateNumberOfMessages: ({ queue }) => String(queue.counts().visible),
  ApproximateNumberOfMessagesNotVisible: ({ queue }) => String(queue.counts().inFlight),
  ApproximateNumberOfMessagesDelayed: ({ queue }) => String(queue.counts().delayed),
}

function readValue(record: QueueRecord, name: string): string | undefined {
  if (name in computed) return computed[name as ComputedAttribute](record)
  // Told with a key only: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
  if (name === 'KmsDataKeyReusePeriodSeconds' && !record.attributes.KmsMasterKeyId) return undefined
  return record.attributes[name]
}

function readAttributes(record: QueueRecord, asked: readonly string[]): Record<string, string> | undefined {
  const unknown = asked.find((name) => name !== 'All' && !isAttributeName(name, record.fifo))
  if (unknown !== undefined) throw unknownAttribute(unknown)
  const names = asked.includes('All') ? [...computedAttributes, ...Object.keys(record.attributes)] : asked
  const values: Record<string, string> = {}
  for (const name of names) {
    const value = readValue(record, name)
    if (value !== undefined) values[name] = value
  }
  return Object.keys(values).length > 0 ? values : undefined
}

function setAttributes(parts: SqsParts, record: QueueRecord, given: Record<string, string>): void {
  const { FifoQueue, ...others } = checkAttributes(given, record.fifo)
  if (FifoQueue !== undefined && FifoQueue !== 'true')
    throw invalidAttribute('FifoQueue', 'Modifying queue type is not supported.')
  const attributes = mergeAttributes(record.attributes, others)
  if (others.RedrivePolicy) checkRedrive(parts.queues, record, attributes)
  if (others.Policy) checkPrincipals(parts.context, others.Policy)
  parts.queues.setAttributes(record, attributes)
}

export const attributeActions = (parts: SqsParts): Record<string, Action> => ({
  GetQueueAttributes: action<GetQueueAttributesCommandInput, GetQueueAttributesCommandOutput>({
    accepts: ['QueueUrl', 'AttributeNames'],
    access: onQueue(parts, 'GetQueueAttributes'),
    run: ({ QueueUrl, AttributeNames = [] }, call) => ({
      Attributes: readAttributes(requireQueue(parts, QueueUrl, call), AttributeNames),
    }),
  }),

  SetQueueAttributes: action<SetQueueAttributesCommandInput, SetQueueAttributesCommandOutput>({
    accepts: ['QueueUrl', 'Attributes'],
    access: onQueue(parts, 'SetQueueAttributes'),
    run: ({ QueueUrl, Attributes }, call) => {
      const record = requireQueue(parts, QueueUrl, call)
      // Recorded in Query and quoted of JSON: the old name, whatever the protocol.
      if (!Attributes || Object.keys(Attributes).length === 0) throw missingParameter('Attribute.Name')
      setAttributes(parts, record, Attributes as Record<string, string>)
      return {}
    },
  }),
})
