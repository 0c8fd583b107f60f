import type { Machine, QueryLanguage, State } from '../language/definition.ts'
import type { Json, JsonObject } from '../language/json.ts'
import type { Scope } from '../language/scope.ts'
import type { Thread } from './thread.ts'

/** A state that is being executed: what its executor works with. */
export interface Step {
  readonly thread: Thread
  readonly name: string
  readonly state: State
  readonly machine: Machine
  readonly language: QueryLanguage
  /** Raw input. */
  readonly input: Json
  /** Its event id when it was entered. */
  readonly enteredAt: number
  /** Id of the event before that. */
  readonly before: number
  /** The role that the state's Credentials name, once they are evaluated. */
  roleArn?: string
  readonly scope: Scope & { readonly context: JsonObject }
}

/** How a state ended well. */
export interface Outcome {
  readonly output: Json
  /** The state that follows; `undefined` at the machine's end. */
  readonly next: string | undefined
  readonly assigned?: JsonObject | undefined
}
