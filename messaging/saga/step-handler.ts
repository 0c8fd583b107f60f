import type { HandlerLogger, LambdaContext } from '../context.ts'
import { type AnyCommand, type AnyEvent, serviceOf } from '../contract.ts'
import {
  assertDeclared,
  type CommonOptions,
  contractDeclaration,
  effectDeclarations,
  fileOf,
  type ModuleMeta,
  type StepHandlerDeclaration,
  storeDeclarations,
  withDeclaration,
} from '../declaration.ts'
import { milliseconds } from '../duration.ts'
import type { Effects } from '../effect.ts'
import { variables } from '../environment.ts'
import type { NotReserved, Stores, Unit } from '../unit.ts'
import { type AnyStep, isUndoable, type StepAnswer, type StepData, stepDeclaration } from './step-contract.ts'

/** What a step's handler knows beside its input. */
export interface StepContext {
  readonly saga: string
  readonly sagaId: string
  /** The step's name in the saga. */
  readonly step: string
  /** The same at every attempt, redrive and compensation: the idempotency key for whatever is called outside. */
  readonly key: string
  /** Of a callback's `act`: to be handed out with the question, and back to `unit.answer`. */
  readonly callback: string
  /** 1 for the first call of this step, as Step Functions counts. */
  readonly attempt: number
  readonly signal: AbortSignal
  readonly now: Date
  readonly logger: HandlerLogger
}

/** What is to be undone. */
export interface Undoing<C extends AnyStep> {
  readonly input: StepData<C>
  /** Absent where nobody knows whether the step succeeded: undo by key, and take "never happened" for an answer. */
  readonly output?: StepAnswer<C>
  /** Why the saga turned back. */
  readonly failure: StepFailure
}

/** Which step failed, and how. */
export interface StepFailure {
  readonly step: string
  readonly code: string
  readonly message: string
}

type Act<C extends AnyStep, U> = (
  input: StepData<C>,
  unit: U,
  context: StepContext,
) => C['callback'] extends true ? Promise<void> | void : Promise<StepAnswer<C>> | StepAnswer<C>

type Compensate<C extends AnyStep, U> = (undoing: Undoing<C>, unit: U, context: StepContext) => Promise<void> | void

/**
 * `act` does the step (or, for a callback, asks for it: the answer comes by `unit.answer`). What it throws: `Dead` means that no
 * attempt can succeed, and the saga turns back; anything else is tried again. `compensate` runs only where something is, or may
 * be, to be undone, and where the contract says `always`.
 */
export type StepBody<C extends AnyStep, U> = {
  act: Act<C, U>
} & (C['undo'] extends 'compensation' | 'always' ? { compensate: Compensate<C, U> } : { readonly compensate?: never })

export interface SagaStepOptions<
  C extends AnyStep,
  S extends Stores,
  P extends readonly AnyEvent[],
  K extends readonly AnyCommand[],
  E extends Effects,
> extends CommonOptions<S & NotReserved> {
  readonly step: C
  /** Events that the handler may publish. @default none */
  readonly publishes?: P
  /** Commands that the handler may send. @default none */
  readonly sends?: K
  /** What the handler does to the outside, through `unit.effect`: give it `context.key` as its key. @default none */
  readonly effects?: E
  /**
   * It does something outside of its unit (a provider's charge): that it begins is then recorded first, so that its compensation
   * runs also where its outcome is unknown. @default true where `uses` or `effects` are given
   */
  readonly outside?: boolean
}

/** A Lambda handler of a Step Functions task. */
export type StepHandler = (event: unknown, context: LambdaContext) => Promise<unknown>

/** What the runtime needs of a step's handler. */
export interface StepDefinition {
  readonly declaration: StepHandlerDeclaration
  readonly contract: AnyStep
  readonly stores: Stores
  readonly publishes: readonly AnyEvent[]
  readonly sends: readonly AnyCommand[]
  readonly effects: Effects
  act(input: unknown, unit: object, context: StepContext): unknown
  compensate(undoing: Undoing<AnyStep>, unit: object, context: StepContext): Promise<void> | void
}

/**
 * Declares the one handler of a step, and makes its Lambda handler. What it does through `unit` takes effect exactly once for each
 * (saga, step), and not at all once the step has been undone.
 *
 * @param meta `import.meta` of the file, which must export the result as `handler`
 * @throws TypeError with every broken rule, when the file is loaded
 */
export function sagaStep<
  C extends AnyStep,
  S extends Stores = Record<never, never>,
  const P extends readonly AnyEvent[] = readonly [],
  const K extends readonly AnyCommand[] = readonly [],
  E extends Effects = Record<never, never>,
>(
  meta: ModuleMeta,
  options: SagaStepOptions<C, S, P, K, E>,
  body: StepBody<NoInfer<C>, Unit<NoInfer<S>, NoInfer<P>[number], NoInfer<K>[number], NoInfer<E>>>,
): StepHandler {
  const declaration = declare(meta, options, body.compensate !== undefined)
  const definition: StepDefinition = {
    declaration,
    contract: options.step,
    stores: options.stores ?? {},
    publishes: options.publishes ?? [],
    sends: options.sends ?? [],
    effects: options.effects ?? {},
    // The runtime parses data by the contract and builds the unit from the declaration: here both get their types back.
    act: (input, unit, context) => body.act(input as StepData<C>, unit as Unit<S, P[number], K[number], E>, context),
    compensate: (undoing, unit, context) =>
      body.compensate?.(undoing as Undoing<C>, unit as Unit<S, P[number], K[number], E>, context),
  }
  const start = async () => (await import('../runtime/saga-step.ts')).startStep(definition)
  // In Lambda the runtime begins to load in the init phase. (Waiting for it there, as consumers do, would put it into every bundle.)
  const inLambda = process.env.AWS_LAMBDA_FUNCTION_NAME && process.env[variables.step]
  let started = inLambda ? start() : undefined
  const handler: StepHandler = async (event, context) => {
    started ??= start()
    return (await started)(event, context)
  }
  definitions.set(handler, definition)
  return withDeclaration(handler, declaration)
}

const definitions = new WeakMap<StepHandler, StepDefinition>()

/** For tools that run a step outside of Lambda. @throws TypeError where the value is no handler of a step */
export function stepDefinitionOf(handler: StepHandler): StepDefinition {
  const definition = definitions.get(handler)
  if (!definition) throw new TypeError('this is no handler made by sagaStep()')
  return definition
}

function declare(
  meta: ModuleMeta,
  options: SagaStepOptions<AnyStep, Stores, readonly AnyEvent[], readonly AnyCommand[], Effects>,
  compensates: boolean,
): StepHandlerDeclaration {
  const timeout = milliseconds(options.timeout ?? '30s')
  const memory = options.memory ?? 512
  const service = serviceOf(options.id)
  const foreign = (options.publishes ?? []).filter((c) => serviceOf(c.name) !== service).map((c) => c.name)
  assertDeclared(options.id, [
    [serviceOf(options.step.name) === service, `a service handles its own steps, not ${options.step.name}`],
    [
      compensates === isUndoable(options.step),
      `${options.step.name} says undo: '${options.step.undo}', so its handler must ${compensates ? 'not ' : ''}have \`compensate\``,
    ],
    [foreign.length === 0, `a service publishes its own events, not ${foreign.join(', ')}`],
    [timeout >= 2_000 && timeout <= 900_000, `timeout ${timeout} ms must be from 2s to 900s`],
    [Number.isInteger(memory) && memory >= 128 && memory <= 10_240, `memory ${memory} must be from 128 to 10240 MiB`],
  ])
  return {
    kind: 'step',
    id: options.id,
    service,
    file: fileOf(meta),
    step: stepDeclaration(options.step),
    outside: options.outside ?? ((options.uses ?? []).length > 0 || Object.keys(options.effects ?? {}).length > 0),
    effects: effectDeclarations(options.effects ?? {}),
    stores: storeDeclarations(options.stores ?? {}, 'write'),
    publishes: (options.publishes ?? []).map(contractDeclaration),
    sends: (options.sends ?? []).map(contractDeclaration),
    uses: options.uses ?? [],
    memory,
    timeout,
  }
}
