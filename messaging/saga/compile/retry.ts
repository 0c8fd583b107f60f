import type { RetryPolicy, StepNode } from '../plan.ts'
import { FAILED, REFUSED } from './targets.ts'

export interface Retrier {
  readonly ErrorEquals: readonly string[]
  readonly MaxAttempts: number
  readonly IntervalSeconds?: number
  readonly BackoffRate?: number
  readonly MaxDelaySeconds?: number
  readonly JitterStrategy?: 'FULL'
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception */
const TRANSIENT = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.ClientExecutionTimeoutException',
]
/** Nobody knows whether it happened. Tried again all the same: a step's record tells a repeated call. */
const UNKNOWN = ['Lambda.Unknown', 'Runtime.ExitError', FAILED]
/** So may what took too long have happened; each further try takes as long again. */
const SLOW = ['Sandbox.Timedout']
const TIMED_OUT = ['States.Timeout', 'States.HeartbeatTimeout']
/** A refusal is a decision, and an expression that fails once fails always. */
const FINAL = [REFUSED, 'States.QueryEvaluationError', 'States.Permissions']
const SLOW_RETRIES = 2

/** The largest `MaxAttempts` that Step Functions takes. */
const FOREVER = 99_999_999

/** A compensation is tried for about a day: waits are drawn evenly below the ceiling of 15 minutes, so half of it on average. */
export const COMPENSATION: RetryPolicy = { attempts: 200, first: 2_000, max: 900_000 }

/** @param turnsBack whether the saga can still be undone from here */
export function actRetriers(node: StepNode, turnsBack: boolean): readonly Retrier[] {
  if (!turnsBack) return [never(FINAL), retrier(['States.ALL'], node.retry)]
  const slow = { ...node.retry, attempts: Math.min(retriesOf(node.retry), SLOW_RETRIES) + 1 }
  return [
    never(FINAL),
    retrier([...TRANSIENT, ...UNKNOWN], node.retry),
    // An answer that does not come in time is what the saga turns back for.
    retrier(node.contract.callback ? SLOW : [...SLOW, ...TIMED_OUT], slow),
  ]
}

/** What is to be undone must be undone; only a compensation that says itself that it cannot goes to an operator at once. */
export const undoRetriers = (): readonly Retrier[] => [never(FINAL), retrier(['States.ALL'], COMPENSATION)]

export const retriesOf = ({ attempts }: RetryPolicy): number => (attempts === 'forever' ? FOREVER : attempts - 1)

const never = (ErrorEquals: readonly string[]): Retrier => ({ ErrorEquals, MaxAttempts: 0 })

export function retrier(ErrorEquals: readonly string[], policy: RetryPolicy): Retrier {
  return {
    ErrorEquals,
    IntervalSeconds: seconds(policy.first),
    BackoffRate: 2,
    MaxAttempts: retriesOf(policy),
    MaxDelaySeconds: Math.max(seconds(policy.max), seconds(policy.first) + 1),
    JitterStrategy: 'FULL',
  }
}

/** Whole seconds, at least one. */
const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))
