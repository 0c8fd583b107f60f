import type { Execution } from './execution.ts'

/** A failed execution can be redriven for 14 days. */
const REDRIVABLE_MS = 14 * 86_400_000

type Standing =
  | { readonly redriveStatus: 'REDRIVABLE' }
  | { readonly redriveStatus: 'NOT_REDRIVABLE'; readonly redriveStatusReason: string }

/** Whether the execution may be redriven, in AWS's words. */
export function redriveStanding(execution: Execution, now: number): Standing {
  const reason = reasonAgainst(execution, now)
  return reason === undefined
    ? { redriveStatus: 'REDRIVABLE' }
    : { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason }
}

function reasonAgainst({ status, stopDate, type, history }: Execution, now: number): string | undefined {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`
  if (type === 'EXPRESS') return 'Execution is of an EXPRESS state machine and cannot be redriven'
  if (history.events.length >= 24_999) return 'Execution history event limit exceeded'
  return now - (stopDate ?? now) > REDRIVABLE_MS ? 'Execution has exceeded the redrivable period' : undefined
}
