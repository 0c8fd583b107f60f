import { Problem } from '../language/problem.ts'
import { HistoryFull } from './history.ts'

/** A state failed: Retry and Catch decide what comes next, otherwise the execution fails with it. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure'
  readonly error: string | undefined
  readonly failureCause: string | undefined
  /** A further error name that it goes by in ErrorEquals. */
  readonly alias: string | undefined

  constructor(error: string | undefined, cause: string | undefined, alias?: string) {
    super(`${error ?? 'no error'}: ${cause ?? 'no cause'}`)
    this.error = error
    this.failureCause = cause
    this.alias = alias
  }

  /** States.Runtime ends the execution whatever Retry and Catch say. */
  get final(): boolean {
    return this.error === 'States.Runtime'
  }

  /** Whether an ErrorEquals names this failure. */
  matches(names: readonly string[]): boolean {
    return names.some(
      (name) =>
        name === 'States.ALL' ||
        name === this.error ||
        (name === this.alias && this.alias !== undefined) ||
        // AWS: TaskFailed matches any error but a timeout.
        (name === 'States.TaskFailed' && this.error !== 'States.Timeout'),
    )
  }

  /** What a catcher puts into the output. */
  get output(): { Error: string; Cause: string } {
    return { Error: this.error ?? '', Cause: this.failureCause ?? '' }
  }
}

/** The thread was told to stop: a sibling failed, or the execution was stopped or timed out. */
export class Aborted extends Error {
  override readonly name = 'Aborted'
}

/** The failure that a state's problem is, in AWS's words. */
export function failureOf(problem: unknown, state: string, enteredAt: number): StateFailure {
  if (problem instanceof StateFailure) return problem
  if (problem instanceof HistoryFull)
    return new StateFailure('States.Runtime', 'The execution reached the maximum number of history events (25000).')
  if (!(problem instanceof Problem)) throw problem
  return new StateFailure(
    problem.error,
    `An error occurred while executing the state '${state}' (entered at the event id #${enteredAt}). ${problem.message}`,
  )
}
