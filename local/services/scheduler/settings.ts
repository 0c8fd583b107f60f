import type { CreateScheduleInput } from '@aws-sdk/client-scheduler'
import type { CloudContext } from '../../service.ts'
import { satisfies } from '../events/constraints.ts'
import { scheduleViolations } from './constraints.ts'
import { validation } from './errors.ts'
import { type Expression, parseExpression } from './expression/expression.ts'
import { isZone } from './expression/zone.ts'
import type { ScheduleInput, ScheduleSettings } from './schedule.ts'
import { targetOf } from './target.ts'

/** How far back a recurring schedule may say that it started. */
const BACKDATING_MS = 5 * 60_000

/** @throws AwsError ValidationException; NotSimulated for targets and settings that have no effect here */
export function settingsOf(context: CloudContext, input: ScheduleInput, groupArn: string): ScheduleSettings {
  satisfies(...scheduleViolations(input))
  const text = input.ScheduleExpression ?? ''
  const zone = input.ScheduleExpressionTimezone ?? 'UTC'
  if (!isZone(zone)) throw validation(`Invalid Schedule Expression Timezone ${zone}.`)
  const expression = expressionOf(text)
  const { StartDate: start, EndDate: end } = input
  if (start && end && start >= end) throw validation('The StartDate you specify must come before the EndDate.')
  if (start && expression.kind !== 'at' && start.getTime() < context.kernel.clock.now() - BACKDATING_MS)
    throw validation('The StartDate you specify cannot be earlier than 5 minutes ago.')
  return {
    ...{ text, zone, start, end, expression },
    enabled: input.State !== 'DISABLED',
    description: input.Description,
    windowMinutes: windowOf(input.FlexibleTimeWindow),
    deleteAfter: input.ActionAfterCompletion === 'DELETE',
    target: targetOf(context, input.Target ?? { Arn: undefined, RoleArn: undefined }, groupArn),
  }
}

function expressionOf(text: string): Expression {
  const expression = parseExpression(text)
  if (!expression) throw validation(`Invalid Schedule Expression ${text}.`)
  return expression
}

function windowOf(window: CreateScheduleInput['FlexibleTimeWindow']): number {
  const minutes = window?.MaximumWindowInMinutes
  const flexible = window?.Mode === 'FLEXIBLE'
  if (flexible === (minutes !== undefined)) return minutes ?? 0
  throw validation(
    flexible
      ? 'MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE.'
      : 'MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.',
  )
}
