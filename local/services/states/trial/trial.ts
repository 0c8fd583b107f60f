import type { InspectionData, TestExecutionStatus } from '@aws-sdk/client-sfn'
import type { StateFailure } from '../execution/failure.ts'
import type { Step } from '../execution/step.ts'
import { compact, type Json, type JsonObject } from '../language/json.ts'

/** What stands in for a call, or for branches and iterations. */
export type Mock = { readonly result: Json } | { readonly failure: StateFailure }

/** A state that is tested on its own: what takes the world's place, and what is seen of its data on the way. */
export interface Trial {
  readonly mock: Mock | undefined
  /** In place of the context object of an execution. */
  readonly context: JsonObject | undefined
  /** Retries that have been, of the retrier that takes the failure. */
  readonly retries: number
  /** Iterations of a Map that failed. */
  readonly failedIterations: number
  readonly seen: InspectionData
  /** What Retry and Catch make of a failure. */
  verdict: { readonly status: TestExecutionStatus; readonly failure: StateFailure } | undefined
}

type SeenText = {
  [K in keyof InspectionData]-?: InspectionData[K] extends string | undefined ? K : never
}[keyof InspectionData]

/** Notes what a state's data are after one of its fields. */
export function see({ thread }: Step, field: SeenText, value: Json): void {
  if (thread.trial) thread.trial.seen[field] = compact(value)
}

/** @throws StateFailure where a failure is mocked */
export function resultOf(mock: Mock): Json {
  if ('failure' in mock) throw mock.failure
  return mock.result
}
