/**
 * Something in a state's definition or data that does not work out. The interpreter puts the state and the event id before
 * the message (`An error occurred while executing the state 'X' (entered at the event id #2). ...`).
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  /** Error name that Retry and Catch see. */
  readonly error: string

  constructor(error: string, message: string) {
    super(message)
    this.error = error
  }
}

/** `States.Runtime`: neither retried nor caught. */
export const runtimeProblem = (message: string): Problem => new Problem('States.Runtime', message)

/** An evaluation of a JSONata state that failed; the history gets an `EvaluationFailed` event for it. */
export class QueryProblem extends Problem {
  /** Field in which the evaluation failed, such as `Output/total`; `undefined` where no field is there. */
  readonly location: string | undefined

  constructor(location: string | undefined, message: string) {
    super('States.QueryEvaluationError', message)
    this.location = location
  }
}
