import type { Timer } from '../../kernel/clock.ts'
import type { CloudContext } from '../../service.ts'
import { type Expression, isRuleExpression, nextDue, parseExpression } from '../scheduler/expression/expression.ts'
import type { Rule } from './bus.ts'
import { invalid } from './constraints.ts'
import { type BusEvent, createEvent } from './event.ts'

/** @throws AwsError ValidationException */
export function parseRuleSchedule(text: string): Expression {
  const expression = isRuleExpression(text) ? parseExpression(text) : undefined
  if (!expression) throw invalid('Parameter ScheduleExpression is not valid.')
  return expression
}

/** Fires the scheduled rules. A rate counts from when the rule was put or enabled. */
export class RuleSchedules {
  readonly #context: CloudContext
  readonly #trigger: (rule: Rule, event: BusEvent) => void
  readonly #timers = new Map<string, Timer>()

  constructor(context: CloudContext, trigger: (rule: Rule, event: BusEvent) => void) {
    this.#context = context
    this.#trigger = trigger
  }

  /** Sets the timer that the rule, as it now is, needs. */
  arrange(rule: Rule): void {
    this.cancel(rule)
    if (rule.schedule !== undefined && rule.state !== 'DISABLED')
      this.#wait(rule, parseRuleSchedule(rule.schedule), this.#context.kernel.clock.now())
  }

  cancel(rule: Rule): void {
    this.#timers.get(rule.arn)?.cancel()
    this.#timers.delete(rule.arn)
  }

  #wait(rule: Rule, expression: Expression, start: number): void {
    const { clock } = this.#context.kernel
    const due = nextDue(expression, Math.max(clock.now(), start), { zone: 'UTC', start })
    if (due === undefined) return
    const timer = clock.at(
      due,
      `events schedule ${rule.name}`,
      () => {
        this.#wait(rule, expression, start)
        this.#trigger(rule, this.#event(rule, due))
      },
      // Another firing is always to come: it must not keep a test from being done.
      { background: true },
    )
    this.#timers.set(rule.arn, timer)
  }

  #event(rule: Rule, time: number): BusEvent {
    const { account, region, kernel } = this.#context
    const cause = kernel.journal.record('schedule', rule.arn)
    return createEvent(
      kernel,
      { source: 'aws.events', detailType: 'Scheduled Event', detail: '{}', resources: [rule.arn], account, region },
      { time, cause },
    )
  }
}
