import { serviceOf } from '../contract.ts'
import type { SchemaInput, SchemaOutput, StandardSchema } from '../standard-schema.ts'
import { loadAbilities } from './abilities.ts'

/**
 * Whether what a step did can be undone. `compensation`: its handler has a `compensate`. `always`: the same, and it is called whenever
 * the saga turns back, also where the step was refused or never begun: it ends what the saga was started for, such as an order. Such
 * a step is the saga's first. `needless`: it changes nothing, so there is nothing to undo. `impossible`: it can stand at a saga's pivot
 * or after it only.
 */
export type Undo = 'compensation' | 'always' | 'needless' | 'impossible'

export const isUndoable = ({ undo }: Pick<AnyStep, 'undo'>): boolean => undo === 'compensation' || undo === 'always'

/**
 * What a saga may ask of a service: its input and its answer. Both travel through Step Functions, so they hold ids and a few
 * figures, never documents.
 */
export interface StepContract<
  Name extends string,
  Wire,
  Data,
  Answer,
  Output,
  U extends Undo,
  Callback extends boolean,
> {
  readonly kind: 'step'
  /** `<owning service>.<Name>` */
  readonly name: Name
  readonly version: 1
  readonly input: StandardSchema<Wire, Data>
  readonly output: StandardSchema<Answer, Output>
  readonly undo: U
  /** The answer comes later, by `unit.answer`. */
  readonly callback: Callback
  /** Bytes of JSON. */
  readonly maxInput: number
  readonly maxOutput: number
  readonly abilities: typeof loadAbilities
}

export type AnyStep = StepContract<string, unknown, unknown, unknown, unknown, Undo, boolean>

/** JSON that a step takes. */
export type StepInput<C extends AnyStep> =
  C extends StepContract<string, infer Wire, infer _D, infer _A, infer _O, infer _U, infer _C> ? Wire : never
/** What its handler sees of it. */
export type StepData<C extends AnyStep> =
  C extends StepContract<string, infer _W, infer Data, infer _A, infer _O, infer _U, infer _C> ? Data : never
/** JSON that a step answers, as later steps see it. */
export type StepAnswer<C extends AnyStep> =
  C extends StepContract<string, infer _W, infer _D, infer Answer, infer _O, infer _U, infer _C> ? Answer : never

export interface StepOptions<I extends StandardSchema, O extends StandardSchema, U extends Undo, C extends boolean> {
  readonly input: I
  /** @default an empty object */
  readonly output?: O
  /** @default 'compensation' */
  readonly undo?: U
  /** The answer comes later: from a provider, from a person. @default false */
  readonly callback?: C
  /** Bytes of the input's JSON at most. @default 8192 */
  readonly maxInput?: number
  /** Bytes of the answer's JSON at most. @default 2048 */
  readonly maxOutput?: number
}

type Empty = Readonly<Record<string, never>>

/** A step that sagas may contain. Its one handler is made by `sagaStep`. */
export function step<
  const N extends string,
  I extends StandardSchema,
  O extends StandardSchema = StandardSchema<Empty>,
  const U extends Undo = 'compensation',
  const C extends boolean = false,
>(
  name: N,
  options: StepOptions<I, O, U, C>,
): StepContract<N, SchemaInput<I>, SchemaOutput<I>, SchemaInput<O>, SchemaOutput<O>, U, C> {
  const { maxInput = 8_192, maxOutput = 2_048 } = options
  const rules = [
    [
      /^[a-z][a-z0-9-]*\.[A-Z][A-Za-z0-9]*$/.test(name),
      `name must read <service>.<Name>, as in 'payments.TakePayment'`,
    ],
    [maxInput >= 2, `maxInput ${maxInput} must be at least 2 bytes`],
    [maxOutput >= 2, `maxOutput ${maxOutput} must be at least 2 bytes`],
  ] as const
  const broken = rules.filter(([holds]) => !holds).map(([, message]) => message)
  if (broken.length > 0) throw new TypeError(`step '${name}': ${broken.join('; ')}`)
  return {
    kind: 'step',
    name,
    version: 1,
    input: options.input as StandardSchema<SchemaInput<I>, SchemaOutput<I>>,
    output: (options.output ?? anEmptyObject) as StandardSchema<SchemaInput<O>, SchemaOutput<O>>,
    undo: (options.undo ?? 'compensation') as U,
    callback: (options.callback ?? false) as C,
    maxInput,
    maxOutput,
    abilities: loadAbilities,
  }
}

const anEmptyObject: StandardSchema<Empty> = {
  '~standard': {
    version: 1,
    vendor: 'penstock',
    validate: (value) =>
      value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
        ? { value: {} }
        : { issues: [{ message: 'this step answers nothing: give it an `output` schema' }] },
  },
}

/** What is declared of a step, as plain data. */
export interface StepContractDeclaration {
  readonly name: string
  readonly service: string
  readonly undo: Undo
  readonly callback: boolean
}

export const stepDeclaration = ({ name, undo, callback }: AnyStep): StepContractDeclaration => ({
  name,
  service: serviceOf(name),
  undo,
  callback,
})
