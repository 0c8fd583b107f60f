import { gzipSync } from 'node:zlib'
import { AwsError } from '../../../errors.ts'
import type { Caller, CloudContext } from '../../../service.ts'
import type { Pattern } from '../patterns/pattern.ts'
import type { LogEvent } from './event.ts'
import type { LogGroup } from './group.ts'

/** Hands matching events to a function. */
export interface SubscriptionFilter {
  readonly name: string
  readonly source: string
  readonly pattern: Pattern
  readonly destinationArn: string
  readonly distribution: string
  readonly createdAt: number
}

/** A function's policy may name the service for every region or for this one. */
const principals = ({ region, principal }: CloudContext, group: LogGroup): Caller[] =>
  ['logs.amazonaws.com', `logs.${region}.amazonaws.com`].map((name) => principal(name, `${group.arn}:*`))

/** The service as the function's policy allows it; `undefined` where it does not. */
export const invokerOf = (context: CloudContext, group: LogGroup, functionArn: string): Caller | undefined =>
  principals(context, group).find((caller) => {
    try {
      context.authorize(caller, { action: 'lambda:InvokeFunction', resource: functionArn })
      return true
    } catch (error) {
      if (error instanceof AwsError) return false
      throw error
    }
  })

/** Hands the events of one write to each filter of the group that matches some of them. */
export function deliver(context: CloudContext, group: LogGroup, stream: string, events: readonly LogEvent[]): void {
  for (const filter of group.subscriptions.values()) {
    const matching = events.filter(({ message }) => filter.pattern.matches(message))
    if (matching.length > 0) void hand(context, group, stream, filter, matching)
  }
}

async function hand(
  context: CloudContext,
  group: LogGroup,
  stream: string,
  filter: SubscriptionFilter,
  events: readonly LogEvent[],
): Promise<void> {
  const data = gzipSync(JSON.stringify(dataMessage(context, group, stream, filter, events)))
  const count = (name: string, value: number, unit: string) =>
    context.metric(
      'AWS/Logs',
      name,
      { LogGroupName: group.name, DestinationType: 'Lambda', FilterName: filter.name },
      value,
      unit,
    )
  try {
    await context.call({
      caller: invokerOf(context, group, filter.destinationArn) ?? context.principal('logs.amazonaws.com'),
      service: 'lambda',
      action: 'Invoke',
      input: {
        FunctionName: filter.destinationArn,
        InvocationType: 'Event',
        Payload: new TextEncoder().encode(JSON.stringify({ awslogs: { data: data.toString('base64') } })),
      },
    })
    count('ForwardedLogEvents', events.length, 'Count')
    count('ForwardedBytes', data.length, 'Bytes')
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    count('DeliveryErrors', 1, 'Count')
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
const dataMessage = (
  { account }: CloudContext,
  group: LogGroup,
  stream: string,
  filter: SubscriptionFilter,
  events: readonly LogEvent[],
) => ({
  messageType: 'DATA_MESSAGE',
  owner: account,
  logGroup: group.name,
  logStream: stream,
  subscriptionFilters: [filter.name],
  logEvents: events.map(({ id, timestamp, message }) => ({ id, timestamp, message })),
})
