/** What the host and a worker say to each other. Both ends import this file, so it holds types only. */

/** Handed to the worker as it starts. */
export interface WorkerStart {
  readonly folder: string
  /** `file.export`, as in the function's configuration. */
  readonly handler: string
  /** Major version of the function's Node.js runtime: 24 and later know no callback handlers. */
  readonly major: number
  readonly jsonLogs: boolean
  /** One BigInt64: the clock's now in virtual time, the clock's offset from the wall clock in real time. Milliseconds. */
  readonly clock: SharedArrayBuffer
  readonly virtual: boolean
  /** Present where the run is to be replayable: the worker's randomness comes from it. */
  readonly seed?: string
  /** Marks the worker's requests, so that the gateway can say whose they are. */
  readonly sandbox: string
}

/** The facts of one invocation that the handler's context shows. */
export interface InvocationFacts {
  readonly requestId: string
  readonly functionName: string
  readonly functionVersion: string
  readonly invokedFunctionArn: string
  readonly memoryLimitInMB: string
  readonly logGroupName: string
  readonly logStreamName: string
  /** Instant on the clock at which the invocation is ended. */
  readonly deadline: number
  readonly traceId: string
  readonly clientContext?: unknown
}

export type ToWorker = { readonly seq: number } & (
  | { readonly type: 'invoke'; readonly event: string; readonly facts: InvocationFacts }
  | { readonly type: 'fire'; readonly timer: number }
  /** The clock of a real-time cloud was advanced: `Date` has to follow. */
  | { readonly type: 'shift' }
)

export interface Failure {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

export type FromWorker =
  | { readonly type: 'ready'; readonly milliseconds: number }
  | { readonly type: 'init-failed'; readonly failure: Failure }
  | { readonly type: 'log'; readonly text: string }
  | { readonly type: 'result'; readonly payload: string; readonly milliseconds: number; readonly heap: number }
  | { readonly type: 'failed'; readonly failure: Failure; readonly milliseconds: number; readonly heap: number }
  /** The runtime cannot go on after this failure: the worker ends. */
  | { readonly type: 'crashed'; readonly failure: Failure }
  | { readonly type: 'timer'; readonly timer: number; readonly due: number }
  | { readonly type: 'clear'; readonly timer: number }
  /** Nothing can run before a timer fires or one of the `open` requests is answered; holds for the newest `seq` only. */
  | { readonly type: 'parked'; readonly seq: number; readonly open: readonly number[] }
