import type {
  AddPermissionCommandInput,
  AddPermissionCommandOutput,
  RemovePermissionCommandInput,
  RemovePermissionCommandOutput,
} from '@aws-sdk/client-sqs'
import { type Action, action, type PolicyStatement } from '../../../service.ts'
import { mergeAttributes } from '../attributes.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import type { QueueRecord } from '../model/queues.ts'
import { checkQueuePolicy, statementsOf } from '../queue-policies.ts'
import { onQueue, requireQueue, type SqsParts } from '../store.ts'

/** Actions that a queue's policy can share with other accounts. */
const SHARED = [
  'SendMessage',
  'ReceiveMessage',
  'DeleteMessage',
  'ChangeMessageVisibility',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
  '*',
]

/**
 * Actions that no other account can be given.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-customer-managed-policy-examples.html
 */
const OWNERS = [
  'AddPermission',
  'CancelMessageMoveTask',
  'CreateQueue',
  'DeleteQueue',
  'ListMessageMoveTasks',
  'ListQueues',
  'ListQueueTags',
  'RemovePermission',
  'SetQueueAttributes',
  'StartMessageMoveTask',
  'TagQueue',
  'UntagQueue',
]

const oneOrMany = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? (values[0] as string) : values

function setStatements({ queues }: SqsParts, record: QueueRecord, statements: readonly PolicyStatement[]): void {
  const head = record.policy ?? { Version: '2008-10-17', Id: `${record.arn}/SQSDefaultPolicy` }
  const Policy = statements.length > 0 ? checkQueuePolicy(JSON.stringify({ ...head, Statement: statements })) : ''
  queues.setAttributes(record, mergeAttributes(record.attributes, { Policy }))
}

function checkShared(action: string): void {
  if (SHARED.includes(action)) return
  const reason = OWNERS.includes(action)
    ? 'Only the queue owner is allowed to invoke this action.'
    : 'Please refer to the appropriate WSDL for a list of valid actions. '
  throw invalidValue(`SQS:${action}`, 'ActionName', reason)
}

function addPermission(parts: SqsParts, record: QueueRecord, input: AddPermissionCommandInput): void {
  const { Label, AWSAccountIds, Actions } = input
  if (!Label) throw missingParameter('Label')
  if (!AWSAccountIds) throw missingParameter('AWSAccountIds')
  if (!Actions?.length) throw missingParameter('Actions')
  if (AWSAccountIds.length === 0 || AWSAccountIds.some((account) => !/^\d{12}$/.test(account)))
    throw invalidValue(`[${AWSAccountIds.join(', ')}]`, 'PrincipalId', 'Unable to verify.')
  if (!/^[\w-]{1,80}$/.test(Label))
    throw invalidValue(
      Label,
      'Label',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.',
    )
  for (const name of Actions) checkShared(name)
  const statements = record.policy ? [...statementsOf(record.policy)] : []
  if (statements.some(({ Sid }) => Sid === Label)) throw invalidValue(Label, 'Label', 'Already exists.')
  statements.push({
    Sid: Label,
    Effect: 'Allow',
    Principal: { AWS: oneOrMany(AWSAccountIds.map((account) => `arn:aws:iam::${account}:root`)) },
    Action: oneOrMany(Actions.map((name) => `SQS:${name}`)),
    Resource: record.arn,
  })
  setStatements(parts, record, statements)
}

export const permissionActions = (parts: SqsParts): Record<string, Action> => ({
  AddPermission: action<AddPermissionCommandInput, AddPermissionCommandOutput>({
    accepts: ['QueueUrl', 'Label', 'AWSAccountIds', 'Actions'],
    access: onQueue(parts, 'AddPermission'),
    run: (input, call) => {
      addPermission(parts, requireQueue(parts, input.QueueUrl, call), input)
      return {}
    },
  }),

  RemovePermission: action<RemovePermissionCommandInput, RemovePermissionCommandOutput>({
    accepts: ['QueueUrl', 'Label'],
    access: onQueue(parts, 'RemovePermission'),
    run: ({ QueueUrl, Label }, call) => {
      const record = requireQueue(parts, QueueUrl, call)
      if (!Label) throw missingParameter('Label')
      const statements = record.policy ? statementsOf(record.policy) : []
      const kept = statements.filter(({ Sid }) => Sid !== Label)
      if (kept.length === statements.length) throw invalidValue(Label, 'Label', "can't find label.")
      setStatements(parts, record, kept)
      return {}
    },
  }),
})
