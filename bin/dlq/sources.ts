import { ListEventBusesCommand, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge'
import {
  GetFunctionEventInvokeConfigCommand,
  paginateListEventSourceMappings,
  paginateListFunctions,
} from '@aws-sdk/client-lambda'
import { GetScheduleCommand, ListScheduleGroupsCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler'
import { GetSubscriptionAttributesCommand, paginateListSubscriptions } from '@aws-sdk/client-sns'
import type { Tools } from './tools.ts'

/** Something that sends what it could not deliver to a dead-letter queue. */
export interface Source {
  readonly kind: 'queue' | 'subscription' | 'rule' | 'schedule' | 'stream' | 'function'
  /** ARN or name of what gives up. */
  readonly name: string
  readonly deadLetterArn: string
  /** ARN of what it delivers to. */
  readonly destination: string
}

/** All sources of an app but its queues, found by asking the services: nothing has to be registered anywhere. */
export async function sourcesOf(tools: Tools, prefix: string): Promise<readonly Source[]> {
  const found = await Promise.all([
    subscriptions(tools, prefix),
    rules(tools, prefix),
    schedules(tools, prefix),
    mappings(tools),
    functions(tools, prefix),
  ])
  return found.flat()
}

async function subscriptions({ sns }: Tools, prefix: string): Promise<Source[]> {
  const found: Source[] = []
  for await (const { Subscriptions = [] } of paginateListSubscriptions({ client: sns }, {}))
    for (const { SubscriptionArn = '', TopicArn = '', Endpoint = '' } of Subscriptions) {
      if (!SubscriptionArn.startsWith('arn:') || !nameOf(TopicArn).startsWith(prefix)) continue
      const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))
      const deadLetterArn = targetIn(Attributes?.RedrivePolicy)
      if (deadLetterArn) found.push({ kind: 'subscription', name: TopicArn, deadLetterArn, destination: Endpoint })
    }
  return found
}

async function rules({ events }: Tools, prefix: string): Promise<Source[]> {
  const found: Source[] = []
  const { EventBuses = [] } = await events.send(new ListEventBusesCommand({ Limit: 100 }))
  for (const { Name: EventBusName = '' } of EventBuses) {
    let NextToken: string | undefined
    do {
      const page = await events.send(new ListRulesCommand({ EventBusName, NextToken }))
      NextToken = page.NextToken
      for (const { Name: Rule = '' } of page.Rules ?? []) {
        if (!Rule.startsWith(prefix)) continue
        const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule, EventBusName }))
        for (const { Arn: destination = '', DeadLetterConfig } of Targets)
          if (DeadLetterConfig?.Arn)
            found.push({ kind: 'rule', name: Rule, deadLetterArn: DeadLetterConfig.Arn, destination })
      }
    } while (NextToken)
  }
  return found
}

/** A group's schedules are alike: the first tells for all. What each letter was bound for stands in its attributes. */
async function schedules({ scheduler }: Tools, prefix: string): Promise<Source[]> {
  const found: Source[] = []
  const { ScheduleGroups = [] } = await scheduler.send(new ListScheduleGroupsCommand({ NamePrefix: prefix }))
  for (const { Name: GroupName = '' } of ScheduleGroups) {
    const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName, MaxResults: 1 }))
    for (const { Name } of Schedules) {
      const { Target } = await scheduler.send(new GetScheduleCommand({ GroupName, Name }))
      const deadLetterArn = Target?.DeadLetterConfig?.Arn
      if (deadLetterArn)
        found.push({ kind: 'schedule', name: GroupName, deadLetterArn, destination: Target?.Arn ?? '' })
    }
  }
  return found
}

async function mappings({ lambda }: Tools): Promise<Source[]> {
  const found: Source[] = []
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client: lambda }, {}))
    for (const { EventSourceArn: name = '', FunctionArn: destination = '', DestinationConfig } of EventSourceMappings) {
      const deadLetterArn = DestinationConfig?.OnFailure?.Destination
      if (deadLetterArn) found.push({ kind: 'stream', name, deadLetterArn, destination })
    }
  return found
}

async function functions({ lambda }: Tools, prefix: string): Promise<Source[]> {
  const found: Source[] = []
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {}))
    for (const { FunctionName = '', FunctionArn: destination = '', DeadLetterConfig } of Functions) {
      if (!FunctionName.startsWith(prefix)) continue
      const onFailure = await lambda
        .send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))
        .then(({ DestinationConfig }) => DestinationConfig?.OnFailure?.Destination)
        // Most functions have none, which is an error of this action.
        .catch((error: Error) => {
          if (error.name !== 'ResourceNotFoundException') throw error
          return undefined
        })
      for (const deadLetterArn of [DeadLetterConfig?.TargetArn, onFailure])
        if (deadLetterArn) found.push({ kind: 'function', name: FunctionName, deadLetterArn, destination })
    }
  return found
}

/** The last part of an ARN; of a stream the table's name, whose own is a time. */
export const nameOf = (arn: string): string =>
  /:table\/([^/]+)\/stream\//.exec(arn)?.[1] ?? arn.slice(arn.lastIndexOf(':') + 1)

export const targetIn = (redrivePolicy: string | undefined): string | undefined =>
  redrivePolicy ? (JSON.parse(redrivePolicy) as { deadLetterTargetArn?: string }).deadLetterTargetArn : undefined
