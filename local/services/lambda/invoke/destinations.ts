import type { PutEventsCommandInput, PutEventsCommandOutput, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { AwsError } from '../../../errors.ts'
import type { Caller, CloudContext } from '../../../service.ts'
import type { Iam } from '../../iam/index.ts'
import type { Resolved } from '../model/functions.ts'
import type { Outcome } from '../runtime/invocation.ts'
import type { AsyncEvent } from './async.ts'

/** Why an asynchronous invocation is over; `outcome` is that of its last attempt, if it had one. */
export interface Ending {
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded'
  readonly outcome: Outcome | undefined
  /** Why it was not invoked at all. */
  readonly stopped?: AwsError
}

export interface EndedEvent {
  readonly event: AsyncEvent
  readonly target: Resolved
  readonly ending: Ending
  readonly attempts: number
  readonly now: number
}

/** Sends an event that could not be handled to the function's dead-letter queue or topic, as the function's role. */
export async function deadLetter(context: CloudContext, { event, target, ending }: EndedEvent): Promise<void> {
  const text = (value: string, type = 'String') => ({ DataType: type, StringValue: value })
  const { outcome, stopped } = ending
  const told = outcome?.failure?.errorMessage ?? stopped?.message ?? 'Event age exceeded.'
  const attributes = {
    RequestID: text(event.requestId),
    ErrorCode: text(stopped ? '400' : '200', 'Number'),
    ErrorMessage: text(told.slice(0, 1024)),
  }
  await send(context, target, { arn: target.version.deadLetterArn ?? '', body: event.payload, attributes })
}

/** Sends the record of an ended invocation to a destination, as the function's role. */
export async function toDestination(context: CloudContext, destination: string, ended: EndedEvent): Promise<void> {
  const { target } = ended
  const body = JSON.stringify(record(ended))
  await send(context, target, { arn: destination, body, folder: `async/${target.fn.name}` })
}

function record({ event, target, ending, attempts, now }: EndedEvent): object {
  const { outcome } = ending
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${target.fn.arn}:${target.qualifier ?? '$LATEST'}`,
      condition: ending.condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(event.payload) as unknown,
    ...(outcome
      ? {
          responseContext: {
            statusCode: 200,
            executedVersion: target.version.version,
            ...(outcome.failure ? { functionError: 'Unhandled' } : {}),
          },
          responsePayload: JSON.parse(outcome.payload) as unknown,
        }
      : {}),
  }
}

type Attributes = Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>

interface Letter {
  readonly arn: string
  readonly body: string
  /** Of a message. */
  readonly attributes?: Attributes
  /** Of an object. */
  readonly folder?: string
}

/**
 * Delivers text to a queue, a topic, a function, an event bus or a bucket (as an object in the named folder), with the
 * permissions of the function's role.
 */
export async function send(
  context: CloudContext,
  target: Pick<Resolved, 'version' | 'fn'>,
  { arn, body, attributes, folder }: Letter,
): Promise<void> {
  const [, , service, region, account, resource = ''] = arn.split(':')
  const caller = context.service<Iam>('iam').assume('lambda.amazonaws.com', target.version.role, target.fn.name)
  const attributesInput = attributes ? { MessageAttributes: attributes } : {}
  if (service === 'sqs')
    await context.call({
      caller,
      service: 'sqs',
      action: 'SendMessage',
      input: {
        QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${resource}`,
        MessageBody: body,
        ...attributesInput,
      },
    })
  else if (service === 'sns')
    await context.call({
      caller,
      service: 'sns',
      action: 'Publish',
      input: { TopicArn: arn, Message: body, ...attributesInput },
    })
  else if (service === 'lambda')
    await context.call({
      caller,
      service: 'lambda',
      action: 'Invoke',
      input: { FunctionName: arn, InvocationType: 'Event', Payload: new TextEncoder().encode(body) },
    })
  else if (service === 'events')
    await putEvent(context, caller, entry(arn, body, `${target.fn.arn}:${target.version.version}`))
  else if (service === 's3')
    await context.call({
      caller,
      service: 's3',
      action: 'PutObject',
      input: { Bucket: resource, Key: objectKey(context, folder), Body: new TextEncoder().encode(body) },
    })
  else throw new AwsError('InvalidParameterValueException', `The destination ${arn} is of no supported type.`)
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function objectKey({ kernel }: CloudContext, folder = ''): string {
  const second = new Date(kernel.clock.now()).toISOString().slice(0, 19).replaceAll(':', '.')
  return `aws/lambda/${folder}/${second.slice(0, 10).replaceAll('-', '/')}/${second}-${kernel.random.uuid('lambda record')}`
}

/** @throws AwsError also where the bus refuses the entry alone */
async function putEvent(context: CloudContext, caller: Caller, put: PutEventsRequestEntry): Promise<void> {
  const { Entries = [] } = await context.call<PutEventsCommandInput, PutEventsCommandOutput>({
    caller,
    service: 'events',
    action: 'PutEvents',
    input: { Entries: [put] },
  })
  const { ErrorCode, ErrorMessage = '' } = Entries[0] ?? {}
  if (ErrorCode) throw new AwsError(ErrorCode, ErrorMessage)
}

function entry(bus: string, body: string, functionArn: string): PutEventsRequestEntry {
  const succeeded = body.includes('"condition":"Success"')
  return {
    EventBusName: bus,
    Source: 'lambda',
    DetailType: `Lambda Function Invocation Result - ${succeeded ? 'Success' : 'Failure'}`,
    Detail: body,
    Resources: [bus, functionArn],
  }
}
