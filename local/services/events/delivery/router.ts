import { AwsError } from '../../../errors.ts'
import type { CloudContext } from '../../../service.ts'
import type { Archives } from '../archives.ts'
import type { Bus, Rule, RuleTarget } from '../bus.ts'
import type { BusEvent } from '../event.ts'
import { inputOf } from '../input/target-input.ts'
import type { EventBuses } from '../model.ts'
import { retrySchedule } from './backoff.ts'
import { forwardToBus } from './bus-target.ts'
import { deadLetter } from './dead-letter.ts'
import { deliverPersistently, type GivenUp } from './persistent.ts'
import { send } from './send.ts'

const PRINCIPAL = 'events.amazonaws.com'

interface Places {
  readonly buses: EventBuses
  readonly archives: Archives
}

/** Takes events in, keeps them in archives, and hands them to the targets of the rules that match. */
export class Router {
  readonly #context: CloudContext
  readonly #state: Places

  constructor(context: CloudContext, state: Places) {
    this.#context = context
    this.#state = state
  }

  /** Returns before any target is reached. */
  accept(bus: Bus, event: BusEvent): void {
    this.#state.archives.keep(bus.arn, event)
    this.route(bus, event, () => true)
  }

  /** Hands the event to the targets of the matching rules among those that are `chosen`. */
  route(bus: Bus, event: BusEvent, chosen: (rule: Rule) => boolean): void {
    for (const rule of bus.rules.values())
      if (rule.state !== 'DISABLED' && chosen(rule) && rule.matcher?.matches(event.fields)) this.trigger(rule, event)
  }

  /** Hands the event to every target of the rule. */
  trigger(rule: Rule, event: BusEvent): void {
    this.#metric(rule, 'TriggeredRules')
    for (const target of rule.targets.values()) {
      const twice =
        this.#context.kernel.faults.decide('events.duplicate', target.Arn, { event: event.id }) === 'duplicate'
      for (let copy = twice ? 0 : 1; copy < 2; copy++) this.#deliver(rule, target, event)
    }
  }

  #deliver(rule: Rule, target: RuleTarget, event: BusEvent): void {
    const cause = this.#context.kernel.journal.record('deliver', target.Arn, event.cause, {
      rule: rule.arn,
      event: event.id,
    })
    this.#metric(rule, 'Invocations')
    void deliverPersistently(this.#context, {
      label: `events delivery ${rule.name} to ${target.Arn}`,
      schedule: retrySchedule(this.#context.kernel, event.ingested, target.RetryPolicy),
      attempt: () => this.#attempt(rule, target, event, cause),
      retried: () => this.#metric(rule, 'RetryInvocationAttempts'),
      givenUp: (end) => this.#giveUp(rule, target, event, end, cause),
    })
  }

  async #attempt(rule: Rule, target: RuleTarget, event: BusEvent, cause: number): Promise<void> {
    const body = inputOf(event, rule, target)
    if (target.Arn.includes(':event-bus/'))
      return forwardToBus(this.#context, this.#state.buses, this, { rule, target, event, body, cause })
    await send({
      context: this.#context,
      principal: PRINCIPAL,
      sourceArn: rule.arn,
      roleArn: target.RoleArn,
      targetArn: target.Arn,
      body,
      groupId: target.SqsParameters?.MessageGroupId,
      traceHeader: event.traceHeader,
      cause,
    })
  }

  async #giveUp(rule: Rule, target: RuleTarget, event: BusEvent, end: GivenUp, cause: number): Promise<void> {
    this.#metric(rule, 'FailedInvocations')
    this.#context.kernel.journal.record('fail', target.Arn, cause, { ...end.failure, retries: end.retries })
    const queueArn = target.DeadLetterConfig?.Arn
    if (queueArn === undefined) return
    try {
      await deadLetter(this.#context, {
        caller: this.#context.principal(PRINCIPAL, rule.arn),
        queueArn,
        body: event.json,
        end,
        attributes: { RULE_ARN: rule.arn, TARGET_ARN: target.Arn },
        cause,
      })
      this.#metric(rule, 'InvocationsSentToDlq')
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      this.#metric(rule, 'InvocationsFailedToBeSentToDlq')
    }
  }

  #metric(rule: Rule, name: string): void {
    const bus: Record<string, string> = rule.bus.name === 'default' ? {} : { EventBusName: rule.bus.name }
    this.#context.metric('AWS/Events', name, { ...bus, RuleName: rule.name }, 1, 'Count')
  }
}
