import type { Kernel } from '../../../kernel/kernel.ts'
import type { Json, JsonObject } from './json.ts'

/** What the expressions of one state may see. */
export interface Scope {
  /** The state's raw input. */
  readonly input: Json
  readonly variables: ReadonlyMap<string, Json>
  /** The context object: `$$` and `$states.context`. */
  readonly context: JsonObject
  readonly kernel: Kernel
}
