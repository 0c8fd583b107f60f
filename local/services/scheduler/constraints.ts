import {
  atMost,
  between,
  oneOf,
  required,
  requiredText,
  type TextRule,
  text,
  type Violation,
} from '../events/constraints.ts'
import type { ScheduleInput } from './schedule.ts'

/** Patterns and lengths are those of the service's model, in the words of its messages. */
const NAME: TextRule = { most: 64, pattern: '[0-9a-zA-Z-_.]+' }
const ARN: TextRule = { most: 1600 }
const ROLE: TextRule = { most: 1600, pattern: 'arn:aws[a-z-]*:iam::\\d{12}:role\\/[\\w+=,.@\\/-]+' }
const LETTERS: TextRule = { most: 1600, pattern: 'arn:aws[a-z-]*:sqs:[a-z0-9\\-]+:\\d{12}:[a-zA-Z0-9\\-_]+' }
const SOURCE: TextRule = {
  most: 256,
  pattern: '(?=[/\\.\\-_A-Za-z0-9]+)((?!aws\\.).*)|(\\$(\\.[\\w_-]+(\\[(\\d+|\\*)\\])*)*)',
}

/** What requests name a schedule or a group by, and themselves. */
interface Naming {
  readonly Name?: string | undefined
  readonly GroupName?: string | undefined
  readonly ClientToken?: string | undefined
}

export const namingViolations = ({ Name, GroupName, ClientToken }: Naming): readonly Violation[] => [
  ...requiredText('name', Name, NAME),
  ...text('groupName', GroupName, NAME),
  ...text('clientToken', ClientToken, { most: 64, pattern: '[a-zA-Z0-9-_]+' }),
]

/** What requests for a list ask for. */
interface Listing {
  readonly GroupName?: string | undefined
  readonly NamePrefix?: string | undefined
  readonly State?: string | undefined
  readonly MaxResults?: number | undefined
}

export const listingViolations = ({ GroupName, NamePrefix, State, MaxResults }: Listing): readonly Violation[] => [
  ...text('groupName', GroupName, NAME),
  ...text('namePrefix', NamePrefix, NAME),
  oneOf('state', State, STATES),
  between('maxResults', MaxResults, 1, 100),
]

export const scheduleViolations = (input: ScheduleInput): readonly Violation[] => {
  const { FlexibleTimeWindow: window } = input
  return [
    ...requiredText('scheduleExpression', input.ScheduleExpression, { most: 256 }),
    ...text('scheduleExpressionTimezone', input.ScheduleExpressionTimezone, { most: 50 }),
    atMost('description', input.Description, 512),
    oneOf('state', input.State, STATES),
    oneOf('actionAfterCompletion', input.ActionAfterCompletion, ['NONE', 'DELETE']),
    required('flexibleTimeWindow', window),
    ...(window
      ? [required('flexibleTimeWindow.mode', window.Mode), oneOf('flexibleTimeWindow.mode', window.Mode, MODES)]
      : []),
    between('flexibleTimeWindow.maximumWindowInMinutes', window?.MaximumWindowInMinutes, 1, 1440),
    ...targetViolations(input.Target),
  ]
}

const STATES = ['ENABLED', 'DISABLED']
const MODES = ['OFF', 'FLEXIBLE']

function targetViolations(target: ScheduleInput['Target']): readonly Violation[] {
  if (!target) return [required('target', target)]
  const { RetryPolicy: retry, DeadLetterConfig: letters, EventBridgeParameters: event } = target
  return [
    ...requiredText('target.arn', target.Arn, ARN),
    ...requiredText('target.roleArn', target.RoleArn, ROLE),
    ...text('target.deadLetterConfig.arn', letters?.Arn, LETTERS),
    between('target.retryPolicy.maximumEventAgeInSeconds', retry?.MaximumEventAgeInSeconds, 60, 86_400),
    between('target.retryPolicy.maximumRetryAttempts', retry?.MaximumRetryAttempts, 0, 185),
    ...text('target.input', target.Input, { most: Number.POSITIVE_INFINITY }),
    ...(event
      ? [
          ...requiredText('target.eventBridgeParameters.detailType', event.DetailType, { most: 128 }),
          ...requiredText('target.eventBridgeParameters.source', event.Source, SOURCE),
        ]
      : []),
    ...text('target.sqsParameters.messageGroupId', target.SqsParameters?.MessageGroupId, { most: 128 }),
  ]
}
