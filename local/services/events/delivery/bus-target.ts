import type { CloudContext } from '../../../service.ts'
import type { Iam } from '../../iam/index.ts'
import type { Rule, RuleTarget } from '../bus.ts'
import { busNotFound } from '../errors.ts'
import { BusEvent } from '../event.ts'
import type { EventBuses } from '../model.ts'
import { MAX_NESTING, nestingOf } from '../pattern/index.ts'
import { PermanentFailure } from './failure.ts'
import type { Router } from './router.ts'

/**
 * Puts the event on another bus, with its id and time, by the target's role. An event goes
 * from bus to bus once. An input that is not an object, or is nested too deep, cannot be an event's detail
 * and is dropped.
 */
export async function forwardToBus(
  context: CloudContext,
  buses: EventBuses,
  router: Router,
  hand: { rule: Rule; target: RuleTarget; event: BusEvent; body: string; cause: number },
): Promise<void> {
  const { rule, target, event, cause } = hand
  if (event.forwarded)
    throw new PermanentFailure('THIRD_ACCOUNT_HOP_DETECTED', 'An event is forwarded to another event bus only once')
  const caller = context
    .service<Iam>('iam')
    .assume('events.amazonaws.com', target.RoleArn ?? '', 'penstock-delivery', rule.arn)
  context.authorize(caller, { action: 'events:PutEvents', resource: target.Arn })
  const bus = buses.find(target.Arn)
  if (!bus) throw busNotFound(buses.nameOf(target.Arn))
  const json = hand.body === event.json ? event.json : withDetail(event.json, hand.body)
  if (json === undefined) return
  const { id, time, ingested, traceHeader } = event
  router.accept(bus, new BusEvent({ id, json, time, ingested, forwarded: true, cause, traceHeader }))
}

function withDetail(json: string, body: string): string | undefined {
  const detail = parsed(body)
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return undefined
  if (nestingOf(body) >= MAX_NESTING) return undefined
  return JSON.stringify({ ...(JSON.parse(json) as object), detail })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
