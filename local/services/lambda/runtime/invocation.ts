import type { FunctionVersion } from '../model/configuration.ts'
import type { Failure } from './protocol.ts'

/** One run of a handler that the fleet is asked for. */
export interface InvocationRequest {
  readonly version: FunctionVersion
  readonly requestId: string
  /** ARN as the caller named the function, with its qualifier. */
  readonly invokedArn: string
  /** JSON text. */
  readonly payload: string
  readonly traceId: string
  readonly clientContext?: unknown
  /** Journal entry of this invocation: the cause of everything its code calls. */
  readonly entry: number
}

/** How it ended. */
export interface Outcome {
  /** JSON text: the handler's answer, or the failure as Lambda words it. */
  readonly payload: string
  readonly failure?: Failure
  /** Milliseconds on the clock. */
  readonly duration: number
  /** What the function and the platform logged, oldest first. */
  readonly log: readonly string[]
}
