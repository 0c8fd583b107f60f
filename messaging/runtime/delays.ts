import type { AnyCommand } from '../contract.ts'
import { milliseconds, QUEUE_DELAY_MS } from '../duration.ts'
import type { Envelope } from '../envelope.ts'
import { isFifo } from '../names.ts'
import type { SendOptions } from '../unit.ts'
import { groupIdOf } from './ids.ts'

/**
 * When a command sent now is due, in epoch milliseconds; `undefined` for at once.
 * @throws RangeError where its contract does not let it wait so long
 */
export function dueAt(contract: AnyCommand, { delay = '0s' }: SendOptions, now: number): number | undefined {
  const wait = milliseconds(delay)
  assertDelay(contract, wait, delay)
  return wait > 0 ? now + wait : undefined
}

/** @param told as the caller wrote it */
export function assertDelay(contract: AnyCommand, ms: number, told: string): void {
  if (ms > contract.maxDelay)
    throw new RangeError(
      `delay ${told} of ${contract.name} is over its contract's maxDelay, ${contract.maxDelay / 1000} s: raise that, up to 366d`,
    )
}

/** Milliseconds until nobody has to wait any more; none below 0. */
export function waitOf({ notbefore, retryat = notbefore }: Envelope, now: number): number {
  return retryat === undefined ? 0 : Math.max(0, Date.parse(retryat) - now)
}

/** Whether a schedule must hold it: no queue can so long. */
export const isForScheduler = (envelope: Envelope, now: number): boolean => waitOf(envelope, now) > QUEUE_DELAY_MS

/**
 * What a queue is told of one message. A FIFO queue cannot delay a single message: there its consumer holds the group until its
 * time, so that the order of sending is kept.
 */
export function queueFields(queueUrl: string, envelope: Envelope, now: number) {
  const seconds = isFifo(queueUrl) ? 0 : Math.ceil(waitOf(envelope, now) / 1000)
  return { ...(seconds > 0 && { DelaySeconds: seconds }), ...groupFields(queueUrl, envelope) }
}

/** In order, the key is the group; elsewhere the tenant is, which only makes the queue fair. */
export function groupFields(destination: string, { partitionkey, id, tenant }: Envelope) {
  if (isFifo(destination)) return { MessageGroupId: groupIdOf(partitionkey), MessageDeduplicationId: id }
  return tenant === undefined ? {} : { MessageGroupId: groupIdOf(tenant) }
}

/** @throws TypeError for a timer, and where the command has one queue only */
export function priorityOf(contract: AnyCommand, { priority }: SendOptions): 'low' | undefined {
  if (contract.timer) throw new TypeError(`'${contract.name}' is a timer: schedule it`)
  if (priority && !contract.priorities)
    throw new TypeError(`'${contract.name}' has no priorities: declare it with \`priorities: true\``)
  return priority
}
