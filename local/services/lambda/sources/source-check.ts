import { AwsError } from '../../../errors.ts'
import type { Caller } from '../../../service.ts'
import type { Iam } from '../../iam/index.ts'
import { invalid, type Resolved } from '../model/functions.ts'
import type { LambdaParts } from '../parts.ts'
import type { SourceKind } from './mapping.ts'
import { MappedQueue } from './sqs-queue.ts'

/** What the function's role needs of a source; Lambda asks when the mapping is made. */
const needed: Readonly<
  Record<SourceKind, { readonly service: string; readonly name: string; readonly actions: readonly string[] }>
> = {
  sqs: { service: 'sqs', name: 'SQS', actions: ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'] },
  stream: {
    service: 'dynamodb',
    name: 'DYNAMODB',
    actions: ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'],
  },
}

/** @throws AwsError InvalidParameterValueException */
export async function checkSource(parts: LambdaParts, kind: SourceKind, arn: string, target: Resolved): Promise<void> {
  const caller = parts.context.service<Iam>('iam').assume('lambda.amazonaws.com', target.version.role, target.fn.name)
  checkPermissions(parts, kind, arn, caller)
  if (kind === 'sqs') await checkVisibility(parts, arn, target, caller)
  else await checkStream(parts, arn, caller)
}

async function checkStream({ context }: LambdaParts, arn: string, caller: Caller): Promise<void> {
  try {
    await context.call({ caller, service: 'streams', action: 'DescribeStream', input: { StreamArn: arn, Limit: 1 } })
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException')
      throw invalid(`Stream not found: ${arn}`)
    throw error
  }
}

function checkPermissions(parts: LambdaParts, kind: SourceKind, arn: string, caller: Caller): void {
  const { service, name, actions } = needed[kind]
  for (const action of actions)
    try {
      // Listing is about no single stream.
      const resource = action === 'ListStreams' ? '*' : arn
      parts.context.authorize(caller, { action: `${service}:${action}`, resource })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      throw invalid(
        kind === 'sqs'
          ? `The provided execution role does not have permissions to call ${action} on ${name}`
          : `Cannot access stream ${arn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
      )
    }
}

async function checkVisibility(parts: LambdaParts, arn: string, { version }: Resolved, caller: Caller): Promise<void> {
  let visibility: number
  try {
    visibility = await new MappedQueue(parts.context, arn, () => caller).visibilityTimeout()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw invalid(
      `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: ${error.message}`,
    )
  }
  if (visibility < version.timeout)
    throw invalid(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${version.timeout} seconds`,
    )
}
