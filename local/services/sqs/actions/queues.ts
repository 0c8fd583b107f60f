import type {
  CreateQueueCommandInput,
  CreateQueueCommandOutput,
  DeleteQueueCommandInput,
  DeleteQueueCommandOutput,
  GetQueueUrlCommandInput,
  GetQueueUrlCommandOutput,
  ListDeadLetterSourceQueuesCommandInput,
  ListDeadLetterSourceQueuesCommandOutput,
  ListQueuesCommandInput,
  ListQueuesCommandOutput,
  PurgeQueueCommandInput,
  PurgeQueueCommandOutput,
} from '@aws-sdk/client-sqs'
import { AwsError } from '../../../errors.ts'
import { type Action, action, type Call } from '../../../service.ts'
import { pageOf } from '../../pages.ts'
import { CREATED_MODE, checkAttributes, defaultAttributes, mergeAttributes } from '../attributes.ts'
import { invalidParameter, invalidValue, missingParameter, queueDoesNotExist } from '../errors.ts'
import type { QueueRecord } from '../model/queues.ts'
import { checkPrincipals } from '../queue-policies.ts'
import { checkRedrive } from '../redrive-check.ts'
import { onQueue, requireQueue, type SqsParts } from '../store.ts'
import { checkTags } from '../tags.ts'

const urlOf = ({ context }: SqsParts, name: string): string => `${context.endpoint()}/${context.account}/${name}`

function checkName(name: string | undefined, fifo: boolean): string {
  if (name === undefined) throw missingParameter('QueueName')
  if (fifo && !/^[\w-]{1,75}\.fifo$/.test(name))
    throw invalidParameter(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    )
  if (!fifo && !/^[\w-]{1,80}$/.test(name))
    throw invalidParameter('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length')
  return name
}

function createQueue(parts: SqsParts, input: CreateQueueCommandInput): CreateQueueCommandOutput['QueueUrl'] {
  const given = (input.Attributes ?? {}) as Record<string, string>
  const fifo = given.FifoQueue?.toLowerCase() === 'true'
  const name = checkName(input.QueueName, fifo)
  const checked = checkAttributes(given, fifo)
  if (checked.Policy) checkPrincipals(parts.context, checked.Policy)
  const existing = parts.queues.get(name)
  if (existing) return sameQueue(parts, existing, checked)
  const attributes = mergeAttributes(defaultAttributes(fifo), checked, CREATED_MODE)
  checkRedrive(parts.queues, { arn: parts.queues.arnOf(name), fifo }, attributes)
  parts.queues.create(name, fifo, attributes, checkTags(name, input.tags ?? {}))
  return urlOf(parts, name)
}

/** Creating a queue again with the same attributes, or without any, gives the queue. */
function sameQueue(parts: SqsParts, existing: QueueRecord, checked: Record<string, string>): string {
  for (const [name, value] of Object.entries(checked))
    if ((existing.attributes[name] ?? '') !== value)
      throw new AwsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${name}`,
      )
  return urlOf(parts, existing.name)
}

const MAX_RESULTS = 1_000

/** A page by name. Without `MaxResults` AWS answers the first 1,000 and no token. */
function page(
  records: readonly QueueRecord[],
  { NextToken, MaxResults }: Pick<ListQueuesCommandInput, 'NextToken' | 'MaxResults'>,
) {
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > MAX_RESULTS))
    throw invalidValue(MaxResults, 'MaxResults', `MaxResults must be an integer between 1 and ${MAX_RESULTS}.`)
  const { elements, next } = pageOf(records, ({ name }) => name, MaxResults ?? MAX_RESULTS, NextToken)
  return { names: elements.map(({ name }) => name), next: MaxResults === undefined ? undefined : next }
}

export const queueActions = (parts: SqsParts): Record<string, Action> => ({
  CreateQueue: action<CreateQueueCommandInput, CreateQueueCommandOutput>({
    accepts: ['QueueName', 'Attributes', 'tags'],
    access: ({ QueueName = '', tags }) => {
      const resource = parts.queues.arnOf(QueueName)
      const create = { action: 'sqs:CreateQueue', resource }
      return tags && Object.keys(tags).length > 0 ? [create, { action: 'sqs:TagQueue', resource }] : [create]
    },
    run: (input) => ({ QueueUrl: createQueue(parts, input) }),
  }),

  DeleteQueue: action<DeleteQueueCommandInput, DeleteQueueCommandOutput>({
    accepts: ['QueueUrl'],
    access: onQueue(parts, 'DeleteQueue'),
    run: ({ QueueUrl }, call) => {
      parts.queues.delete(requireQueue(parts, QueueUrl, call), queueDoesNotExist(call.protocol))
      return {}
    },
  }),

  GetQueueUrl: action<GetQueueUrlCommandInput, GetQueueUrlCommandOutput>({
    accepts: ['QueueName', 'QueueOwnerAWSAccountId'],
    access: ({ QueueName = '' }) => [{ action: 'sqs:GetQueueUrl', resource: parts.queues.arnOf(QueueName) }],
    run: ({ QueueName, QueueOwnerAWSAccountId: owner }, call) => {
      const record = parts.queues.get(checkName(QueueName, QueueName?.endsWith('.fifo') ?? false))
      if (!record || (owner !== undefined && owner !== parts.context.account)) throw queueDoesNotExist(call.protocol)
      return { QueueUrl: urlOf(parts, record.name) }
    },
  }),

  ListQueues: action<ListQueuesCommandInput, ListQueuesCommandOutput>({
    accepts: ['QueueNamePrefix', 'NextToken', 'MaxResults'],
    access: () => [{ action: 'sqs:ListQueues', resource: parts.queues.arnOf('*') }],
    run: (input) => {
      const all = [...parts.queues.all()].filter(({ name }) => name.startsWith(input.QueueNamePrefix ?? ''))
      const { names, next } = page(all, input)
      const QueueUrls = names.map((name) => urlOf(parts, name))
      return { QueueUrls: QueueUrls.length > 0 ? QueueUrls : undefined, NextToken: next }
    },
  }),

  ListDeadLetterSourceQueues: action<ListDeadLetterSourceQueuesCommandInput, ListDeadLetterSourceQueuesCommandOutput>({
    accepts: ['QueueUrl', 'NextToken', 'MaxResults'],
    access: onQueue(parts, 'ListDeadLetterSourceQueues'),
    run: (input, call: Call) => {
      const { arn } = requireQueue(parts, input.QueueUrl, call)
      const { names, next } = page(parts.queues.sourcesOf(arn), input)
      return { queueUrls: names.map((name) => urlOf(parts, name)), NextToken: next }
    },
  }),

  PurgeQueue: action<PurgeQueueCommandInput, PurgeQueueCommandOutput>({
    accepts: ['QueueUrl'],
    access: onQueue(parts, 'PurgeQueue'),
    run: ({ QueueUrl }, call) => {
      const { queue, name } = requireQueue(parts, QueueUrl, call)
      queue.purge(name)
      return {}
    },
  }),
})
