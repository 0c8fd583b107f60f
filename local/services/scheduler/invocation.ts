import { AwsError } from '../../errors.ts'
import type { Caller, CloudContext } from '../../service.ts'
import { retrySchedule } from '../events/delivery/backoff.ts'
import { deadLetter } from '../events/delivery/dead-letter.ts'
import { deliverPersistently, type GivenUp } from '../events/delivery/persistent.ts'
import { send } from '../events/delivery/send.ts'
import { eventTime } from '../events/event.ts'
import type { Iam } from '../iam/index.ts'
import type { Schedule } from './schedule.ts'
import { callUniversal, universalTarget } from './universal.ts'

const PRINCIPAL = 'scheduler.amazonaws.com'

/** Invokes the schedule's target for one due instant, by its role, and again until its retry policy is exhausted. */
export function invoke(context: CloudContext, schedule: Schedule, due: number): void | Promise<void> {
  const { target } = schedule.settings
  const executionId = context.kernel.random.uuid('schedule execution')
  const cause = context.kernel.journal.record('deliver', target.Arn, undefined, {
    schedule: schedule.arn,
    execution: executionId,
  })
  let attempts = 0
  const body = () => inputOf(context, schedule, due, executionId, attempts)
  metric(context, schedule, 'InvocationAttemptCount')
  return deliverPersistently(context, {
    label: `scheduler invocation ${schedule.name} of ${target.Arn}`,
    schedule: retrySchedule(context.kernel, context.kernel.clock.now(), target.RetryPolicy),
    attempt: async () => {
      attempts += 1
      await handOver(context, schedule, body(), cause)
    },
    retried: () => metric(context, schedule, 'InvocationAttemptCount'),
    givenUp: (end) => giveUp(context, schedule, { due, executionId, end, body: body(), cause }),
  })
}

function handOver(context: CloudContext, schedule: Schedule, body: string, cause: number): Promise<void> {
  const { target } = schedule.settings
  const groupArn = groupArnOf(schedule)
  const universal = universalTarget(context, target.Arn)
  if (universal)
    return callUniversal(context, universal, {
      caller: asRole(context, target.RoleArn, groupArn),
      body: target.Input === undefined ? '{}' : body,
      cause,
    })
  return send({
    context,
    principal: PRINCIPAL,
    sourceArn: groupArn,
    roleArn: target.RoleArn,
    targetArn: target.Arn,
    body,
    groupId: target.SqsParameters?.MessageGroupId,
    putEvents: target.EventBridgeParameters,
    cause,
  })
}

const asRole = (context: CloudContext, roleArn: string, groupArn: string): Caller =>
  context.service<Iam>('iam').assume(PRINCIPAL, roleArn, 'penstock-delivery', groupArn)

/**
 * What a trust policy may ask for as `aws:SourceArn`: the group, never one schedule.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
const groupArnOf = ({ arn, group }: Schedule): string =>
  `${arn.slice(0, arn.indexOf(':schedule/'))}:schedule-group/${group}`

/** The target's input with the context attributes put in; without one, the event that Scheduler sends then. */
function inputOf(context: CloudContext, schedule: Schedule, due: number, executionId: string, attempt: number): string {
  const { account, region } = context
  const time = eventTime(due)
  const { Input } = schedule.settings.target
  if (Input === undefined)
    return JSON.stringify({
      ...{
        version: '0',
        id: executionId,
        'detail-type': 'Scheduled Event',
        source: 'aws.scheduler',
        account,
        time,
        region,
      },
      resources: [schedule.arn],
      detail: '{}',
    })
  return Input.replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
    .replaceAll('<aws.scheduler.scheduled-time>', time)
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt))
}

interface Lost {
  readonly due: number
  readonly executionId: string
  readonly end: GivenUp
  readonly body: string
  readonly cause: number
}

async function giveUp(context: CloudContext, schedule: Schedule, lost: Lost): Promise<void> {
  const { target } = schedule.settings
  metric(context, schedule, 'TargetErrorCount')
  context.kernel.journal.record('fail', target.Arn, lost.cause, { ...lost.end.failure, retries: lost.end.retries })
  const queueArn = target.DeadLetterConfig?.Arn
  if (queueArn === undefined) {
    metric(context, schedule, 'InvocationDroppedCount')
    return
  }
  try {
    await deadLetter(context, {
      caller: asRole(context, target.RoleArn, groupArnOf(schedule)),
      queueArn,
      body: lost.body,
      end: lost.end,
      attributes: {
        SCHEDULE_ARN: schedule.arn,
        TARGET_ARN: target.Arn,
        EXECUTION_ID: lost.executionId,
        SCHEDULED_TIME: eventTime(lost.due),
        IS_PAYLOAD_TRUNCATED: 'false',
      },
      cause: lost.cause,
    })
    metric(context, schedule, 'InvocationsSentToDeadLetterCount')
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    metric(context, schedule, 'InvocationsFailedToBeSentToDeadLetterCount')
  }
}

const metric = (context: CloudContext, { group }: Schedule, name: string): void =>
  context.metric('AWS/Scheduler', name, { ScheduleGroup: group }, 1, 'Count')
