import type { Duration } from '../duration.ts'
import { milliseconds } from '../duration.ts'
import type { SchemaInput, SchemaOutput, StandardSchema } from '../standard-schema.ts'
import { loadAbilities } from './abilities.ts'
import { type Flow, flow } from './flow.ts'
import type { Node } from './plan.ts'

/** A saga, declared: what it takes, how it is told apart, and its steps. */
export interface Saga<Name extends string, Wire, Data> {
  readonly kind: 'saga'
  /** `<owning service>.<Name>` */
  readonly name: Name
  readonly version: 1
  /** Of the saga's input. */
  readonly schema: StandardSchema<Wire, Data>
  /** The saga's id: starting it again under the same id has no effect. */
  key(data: Data): string
  readonly nodes: readonly Node[]
  /** Milliseconds from the start after which no step before the pivot begins any more. */
  readonly deadline?: number
  /** Milliseconds that Step Functions gives an execution in all. @default what its steps can take at most */
  readonly timeout?: number
  /** Bytes of the input's JSON. */
  readonly maxInput: number
  readonly abilities: typeof loadAbilities
}

export type AnySaga = Saga<string, unknown, unknown>

export interface SagaOptions<S extends StandardSchema> {
  /** Ids and a few figures: what is large is passed by reference. */
  readonly input: S
  /** Of one saga: 1 to 64 letters, digits, `-` and `_` (or it is known by its digest). */
  key(data: NoInfer<SchemaOutput<S>>): string
  /** After so long the saga turns back instead of going on to its pivot. @default never */
  readonly deadline?: Duration
  /** Of an execution; refused where its steps can take longer. @default what they can take at most */
  readonly timeout?: Duration
  /** Bytes of the input's JSON at most. @default 16384 */
  readonly maxInput?: number
}

/**
 * Declares a saga: steps that are all done, or all undone, or wait for an operator. The rules of sagas are checked when it is
 * compiled (`compileSaga`), all at once.
 */
export function saga<const N extends string, S extends StandardSchema>(
  name: N,
  options: SagaOptions<S>,
  steps: (flow: Flow<{ readonly input: SchemaInput<NoInfer<S>> }>) => { readonly nodes: readonly Node[] },
): Saga<N, SchemaInput<S>, SchemaOutput<S>> {
  if (!/^[a-z][a-z0-9-]*\.[A-Z][A-Za-z0-9]*$/.test(name))
    throw new TypeError(`saga '${name}': its name must read <service>.<Name>, as in 'orders.PlaceOrderSaga'`)
  return {
    kind: 'saga',
    name,
    version: 1,
    schema: options.input as StandardSchema<SchemaInput<S>, SchemaOutput<S>>,
    key: (data) => options.key(data),
    nodes: steps(flow()).nodes,
    ...(options.deadline !== undefined && { deadline: milliseconds(options.deadline) }),
    ...(options.timeout !== undefined && { timeout: milliseconds(options.timeout) }),
    maxInput: options.maxInput ?? 16_384,
    abilities: loadAbilities,
  }
}
