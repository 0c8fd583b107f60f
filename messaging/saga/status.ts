/** How a saga stands. */
export interface SagaStatus {
  readonly sagaId: string
  /**
   * `running`: on its way forward. `compensating`: turning back. `needs attention`: waiting for an operator. `completed`: everything is
   * done. `undone`: everything is undone. `stopped`: an execution was stopped from outside, and no other has taken it up yet.
   */
  readonly state: 'running' | 'compensating' | 'needs attention' | 'completed' | 'undone' | 'stopped'
  readonly startedAt: Date
  readonly endedAt?: Date
  /** In the saga's order. */
  readonly steps: readonly StepStatus[]
  /** Why it turned back. */
  readonly failure?: { readonly code: string; readonly message: string }
  /** What an operator has to look at. */
  readonly attention?: { readonly step: string; readonly code: string; readonly message: string; readonly since: Date }
  /** ARNs of its executions, the first one and those that took it up. */
  readonly executions: readonly string[]
}

export interface StepStatus {
  readonly step: string
  /** `pending`: not reached (yet). `waiting`: for the answer of a callback. */
  readonly state: 'pending' | 'running' | 'waiting' | 'done' | 'failed' | 'compensating' | 'compensated'
  /** Calls of its action, and of its compensation. */
  readonly attempts: number
  readonly compensations: number
  readonly startedAt?: Date
  readonly endedAt?: Date
  /** Of the last attempt that failed. */
  readonly error?: { readonly code: string; readonly message: string }
}

/** What an operator decides. */
export interface Verdict {
  /** `retry`: try the stuck state again. `skip`: it has been dealt with by hand; go on after it. */
  readonly verdict: 'retry' | 'skip'
}

/** A client's handle of one saga. */
export interface SagaHandle {
  /** `undefined`: no such saga was started (or it ended 90 days ago). */
  status(): Promise<SagaStatus | undefined>
  /** Lets a saga that waits for an operator go on. @returns false where it does not wait */
  resume(verdict?: Verdict): Promise<boolean>
}
