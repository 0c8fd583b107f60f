import type { PutEventsCommandInput, PutEventsCommandOutput } from '@aws-sdk/client-eventbridge'
import type { Caller, CloudContext, ServiceName } from '../../../service.ts'
import type { Iam } from '../../iam/index.ts'
import { logEventOf } from '../input/log-event.ts'
import { PermanentFailure } from './failure.ts'

/** One thing to hand to one target. */
export interface Hand {
  readonly context: CloudContext
  /** The acting service, such as `events.amazonaws.com`. */
  readonly principal: string
  /** What it acts for: a rule, a schedule. */
  readonly sourceArn: string
  /** Acts as this role instead of the principal, where given. */
  readonly roleArn: string | undefined
  readonly targetArn: string
  readonly body: string
  readonly groupId?: string | undefined
  readonly traceHeader?: string | undefined
  /** Makes an event of the body, for an event bus. */
  readonly putEvents?: { readonly Source: string | undefined; readonly DetailType: string | undefined } | undefined
  readonly cause: number | undefined
}

/** Hands the body over. @throws AwsError as the target or IAM does; PermanentFailure */
export async function send(hand: Hand): Promise<void> {
  const service = hand.targetArn.split(':')[2]
  const sender = senders[service ?? '']
  if (!sender) throw new PermanentFailure('INVALID_PARAMETER', `No delivery to ${hand.targetArn}`)
  try {
    await sender(hand, actor(hand))
  } catch (error) {
    await probes[service ?? '']?.(hand)
    throw error
  }
}

/** Services whose resources can be targets of rules; from bus to bus an event keeps its id, which PutEvents cannot do. */
export const TARGET_SERVICES: readonly string[] = ['sqs', 'sns', 'lambda', 'logs', 'states']

function actor({ context, principal, roleArn, sourceArn }: Hand): Caller {
  if (roleArn === undefined) return context.principal(principal, sourceArn)
  return context.service<Iam>('iam').assume(principal, roleArn, 'penstock-delivery', sourceArn)
}

type Sender = (hand: Hand, caller: Caller) => Promise<unknown>

const toQueue: Sender = ({ context, targetArn, body, groupId, traceHeader, cause }, caller) => {
  const [, , , , account, name] = targetArn.split(':')
  return context.call({
    caller,
    service: 'sqs',
    action: 'SendMessage',
    cause,
    input: {
      QueueUrl: `${context.endpoint()}/${account}/${name}`,
      MessageBody: body,
      ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
      ...(traceHeader === undefined
        ? {}
        : { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } } }),
    },
  })
}

const toTopic: Sender = ({ context, targetArn, body, cause }, caller) =>
  context.call({ caller, service: 'sns', action: 'Publish', cause, input: { TopicArn: targetArn, Message: body } })

const toFunction: Sender = ({ context, targetArn, body, cause }, caller) =>
  context.call({
    caller,
    service: 'lambda',
    action: 'Invoke',
    cause,
    input: { FunctionName: targetArn, InvocationType: 'Event', Payload: new TextEncoder().encode(body) },
  })

const toStateMachine: Sender = ({ context, targetArn, body, cause }, caller) =>
  context.call({
    caller,
    service: 'states',
    action: 'StartExecution',
    cause,
    input: { stateMachineArn: targetArn, input: body },
  })

const toBus: Sender = async ({ context, targetArn, body, putEvents, cause }, caller) => {
  const { Entries } = await context.call<PutEventsCommandInput, PutEventsCommandOutput>({
    caller,
    service: 'events',
    action: 'PutEvents',
    cause,
    input: { Entries: [{ ...putEvents, Detail: body, EventBusName: targetArn }] as PutEventsCommandInput['Entries'] },
  })
  const refused = Entries?.find(({ ErrorCode }) => ErrorCode !== undefined)
  if (refused) throw new PermanentFailure('INVALID_PARAMETER', refused.ErrorMessage ?? '')
}

/** A stream per hand-over, as EventBridge names them by a drawn id. A transformed input says its time and message. */
const toLogGroup: Sender = async ({ context, targetArn, body, cause }, caller) => {
  const logGroupName = targetArn.split(':log-group:')[1] ?? ''
  const now = context.kernel.clock.now()
  const { timestamp = now, message } = logEventOf(body) ?? { message: body }
  const logStreamName = context.kernel.random.uuid('log stream of an event')
  const call = (action: string, input: object) => context.call({ caller, service: 'logs', action, cause, input })
  await call('CreateLogStream', { logGroupName, logStreamName })
  await call('PutLogEvents', {
    logGroupName,
    logStreamName,
    logEvents: [{ timestamp, message }],
  })
}

const senders: Readonly<Record<string, Sender>> = {
  events: toBus,
  sqs: toQueue,
  sns: toTopic,
  lambda: toFunction,
  states: toStateMachine,
  logs: toLogGroup,
}

/**
 * A resource that is gone has no policy either, so a refusal may only mean that. These ask the owner, and fail as the
 * owner does where there is nothing.
 */
const probes: Readonly<Record<string, (hand: Hand) => Promise<unknown>>> = {
  sqs: ({ context, targetArn }) => probe(context, 'sqs', 'GetQueueUrl', { QueueName: targetArn.split(':')[5] }),
  sns: ({ context, targetArn }) => probe(context, 'sns', 'GetTopicAttributes', { TopicArn: targetArn }),
  lambda: ({ context, targetArn }) => probe(context, 'lambda', 'GetFunction', { FunctionName: targetArn }),
}

const probe = (context: CloudContext, service: ServiceName, action: string, input: object): Promise<unknown> =>
  context.call({ caller: context.administrator, service, action, input })
