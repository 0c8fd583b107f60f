import type { BestEffortDeclaration } from './best-effort.ts'
import { RULES, RUNTIME } from './carried.ts'
import type { LambdaContext, MessageContext } from './context.ts'
import { type AnyCommand, type AnyContract, type AnyEvent, type Data, serviceOf } from './contract.ts'
import {
  assertDeclared,
  type CommonOptions,
  type ConsumerDeclaration,
  contractDeclaration,
  type DeliveryDeclaration,
  type DeliveryOptions,
  effectDeclarations,
  fileOf,
  type ModuleMeta,
  storeDeclarations,
  withDeclaration,
} from './declaration.ts'
import { exponential, milliseconds } from './duration.ts'
import type { Effects } from './effect.ts'
import { variables } from './environment.ts'
import { backoffProblems, policyProblems } from './retry-policy.ts'
import type { SagaUse } from './saga/use.ts'
import type { Stores, Unit } from './unit.ts'
import { type Filter, filterProblems } from './where.ts'

/** A Lambda handler of an SQS event source mapping with ReportBatchItemFailures. */
export type QueueHandler = (event: unknown, context: LambdaContext) => Promise<BatchResponse>

export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

interface QueueHandlerOptions<
  S extends Stores,
  On extends AnyContract,
  P extends AnyEvent,
  C extends AnyCommand,
  E extends Effects,
> extends CommonOptions<S> {
  readonly kind: 'consumer' | 'worker'
  readonly meta: ModuleMeta
  readonly contracts: readonly On[] | 'every event'
  readonly where?: Filter | undefined
  readonly publishes?: readonly P[]
  readonly sends?: readonly C[]
  readonly effects?: E
  readonly sagas?: SagaUse
  readonly marksIn?: string
  readonly delivery?: DeliveryOptions | BestEffortDeclaration
  handle(data: Data<On>, unit: Unit<S, P, C, E>, context: MessageContext<On>): Promise<void> | void
}

type Declarable = Omit<QueueHandlerOptions<Stores, AnyContract, AnyEvent, AnyCommand, Effects>, 'handle'>

/** What the runtime needs of a consumer or worker: its declaration, and the live contracts, stores and handler. */
export interface QueueDefinition {
  readonly declaration: ConsumerDeclaration
  readonly contracts: readonly AnyContract[] | 'every event'
  readonly stores: Stores
  readonly publishes: readonly AnyEvent[]
  readonly sends: readonly AnyCommand[]
  readonly effects: Effects
  readonly sagas: SagaUse
  handle(data: unknown, unit: object, context: MessageContext<AnyContract>): Promise<void> | void
}

/** What `consumer` and `worker` share: checks the options, keeps the declaration, and runs the kit's runtime on first use. */
export function queueHandler<
  S extends Stores,
  On extends AnyContract,
  P extends AnyEvent,
  C extends AnyCommand,
  E extends Effects,
>(options: QueueHandlerOptions<S, On, P, C, E>): QueueHandler {
  const declaration = declare(options)
  const definition: QueueDefinition = {
    declaration,
    contracts: options.contracts,
    stores: options.stores ?? {},
    publishes: options.publishes ?? [],
    sends: options.sends ?? [],
    effects: options.effects ?? {},
    sagas: options.sagas ?? {},
    // The runtime parses data by the contract and builds the unit from the declaration: here both get their types back.
    handle: (data, unit, context) =>
      options.handle(data as Data<On>, unit as Unit<S, P, C, E>, context as MessageContext<On>),
  }
  let started: Promise<QueueHandler> | undefined
  const load = declaration.delivery.bestEffort?.[RUNTIME] ?? (() => import('./runtime/consumer.ts'))
  // In Lambda the runtime loads in the init phase; elsewhere (at synth, in docs) only the declaration is wanted.
  const loading = process.env.AWS_LAMBDA_FUNCTION_NAME && process.env[variables.consumer] ? load() : undefined
  const start = async () => (await (loading ?? load())).startConsumer(definition)
  const handler: QueueHandler = async (event, context) => {
    started ??= start()
    return (await started)(event, context)
  }
  definitions.set(handler, definition)
  return withDeclaration(handler, declaration)
}

const definitions = new WeakMap<QueueHandler, QueueDefinition>()

/** For tools that run a consumer outside of Lambda. @throws TypeError where the value is no consumer or worker of this kit */
export function definitionOf(handler: QueueHandler): QueueDefinition {
  const definition = definitions.get(handler)
  if (!definition) throw new TypeError('this is no handler made by consumer() or worker()')
  return definition
}

function declare(options: Declarable): ConsumerDeclaration {
  const delivery: DeliveryDeclaration = {
    ordered: false,
    attempts: 5,
    backoff: exponential('1s', '5m'),
    batchSize: 10,
    lowConcurrency: 2,
    ...(isBestEffort(options.delivery)
      ? {
          ...concurrencyOf(options.delivery),
          attempts: 1,
          batchSize: options.delivery.batchSize,
          bestEffort: options.delivery,
        }
      : options.delivery),
  }
  const timeout = milliseconds(options.timeout ?? '30s')
  const memory = options.memory ?? 512
  assertDeclared(options.id, rulesOf(options, delivery, timeout, memory))
  return {
    kind: options.kind,
    id: options.id,
    service: serviceOf(options.id),
    file: fileOf(options.meta),
    on: options.contracts === 'every event' ? options.contracts : options.contracts.map(contractDeclaration),
    ...(options.where && { where: options.where }),
    stores: storeDeclarations(options.stores ?? {}, delivery.bestEffort ? 'read' : 'write'),
    publishes: (options.publishes ?? []).map(contractDeclaration),
    outbox: needsOutbox(options),
    sends: (options.sends ?? []).map(contractDeclaration),
    effects: effectDeclarations(options.effects ?? {}),
    starts: (options.sagas?.starts ?? []).map(({ name }) => name),
    answers: (options.sagas?.answers ?? []).map(({ name }) => name),
    ...(options.marksIn !== undefined && { marksIn: options.stores?.[options.marksIn]?.name ?? '' }),
    uses: options.uses ?? [],
    delivery,
    memory,
    timeout,
  }
}

const isBestEffort = (delivery: Declarable['delivery']): delivery is BestEffortDeclaration =>
  delivery !== undefined && 'sample' in delivery

const concurrencyOf = ({ concurrency }: BestEffortDeclaration) => (concurrency === undefined ? {} : { concurrency })

/** What an aggregate appends leaves with its head; all else may have to leave in a row: with others, or while the relay is behind. */
function needsOutbox({ stores = {}, publishes = [], sends = [], sagas = {} }: Declarable): boolean {
  const appended = Object.values(stores).flatMap((one) => (one.kind === 'aggregate' ? one.events : []))
  const loose = publishes.filter((event) => !appended.includes(event))
  const { starts = [], answers = [] } = sagas
  return answers.length + sends.length + loose.length + starts.length > 0
}

function rulesOf(
  options: Declarable,
  delivery: DeliveryDeclaration,
  timeout: number,
  memory: number,
): readonly (readonly [boolean, string])[] {
  const { ordered, concurrency, attempts, backoff, errors = {}, batchSize, lowConcurrency } = delivery
  const delayed = delivery.delayedRetries !== undefined
  const contracts = options.contracts === 'every event' ? [] : options.contracts
  const service = serviceOf(options.id)
  const strangers = contracts.filter((c) => options.kind === 'worker' && serviceOf(c.name) !== service)
  const foreign = (options.publishes ?? []).filter((c) => serviceOf(c.name) !== service)
  const timers = (options.sends ?? []).filter((c) => c.timer && serviceOf(c.name) !== service)
  const whole = (value: number, low: number, high: number) => Number.isInteger(value) && value >= low && value <= high
  return [
    [options.contracts === 'every event' || contracts.length > 0, '`on` names no contract'],
    [strangers.length === 0, `a worker owns commands of its own service, not ${named(strangers)}`],
    [foreign.length === 0, `a service publishes its own events, not ${named(foreign)}`],
    [timers.length === 0, `a service schedules its own timers, not ${named(timers)}: send it a command instead`],
    [
      !ordered || (contracts.length > 0 && contracts.every((c) => c.ordered)),
      '`delivery.ordered` needs contracts that are ordered',
    ],
    [
      options.marksIn === undefined || options.stores?.[options.marksIn]?.kind === 'store',
      `marksIn '${options.marksIn}' must be a store of this handler`,
    ],
    ...(delivery.expectNext ? expectNextRules(options, ordered, contracts) : []),
    [whole(attempts, 1, 1000), `attempts ${attempts} must be a whole number from 1 to 1000`],
    [
      delivery.bestEffort !== undefined || whole(batchSize, 1, 10),
      `batchSize ${batchSize} must be a whole number from 1 to 10`,
    ],
    [
      concurrency === undefined || whole(concurrency, 2, 1000),
      `concurrency ${concurrency} must be a whole number from 2 to 1000`,
    ],
    [whole(lowConcurrency, 2, 1000), `lowConcurrency ${lowConcurrency} must be a whole number from 2 to 1000`],
    ...[delivery.breaker, delivery.delayedRetries, delivery.bestEffort].flatMap((one) => one?.[RULES](delivery) ?? []),
    [timeout >= 2_000 && timeout <= 900_000, `timeout ${timeout} ms must be from 2s to 900s`],
    [whole(memory, 128, 10_240), `memory ${memory} must be from 128 to 10240 MiB`],
    ...[...backoffProblems(backoff, delayed), ...policyProblems(errors, delayed)].map(
      (problem) => [false, problem] as const,
    ),
    ...filterProblems(options.where ?? {}).map((problem) => [false, `where: ${problem}`] as const),
    ...packedFields(contracts, options.where).map(
      (field) =>
        [false, `where: '${field}' may be packed away: name it in the contract's claimCheck({ plain })`] as const,
    ),
  ]
}

/** Fields that a filter would not find in a message whose body is packed. */
const packedFields = (contracts: readonly AnyContract[], where: Filter = {}): readonly string[] =>
  contracts.flatMap(({ claimCheck }) =>
    claimCheck ? Object.keys(where).filter((field) => !claimCheck.plain.includes(field)) : [],
  )

const expectNextRules = (
  { where }: Declarable,
  ordered: boolean,
  contracts: readonly AnyContract[],
): readonly (readonly [boolean, string])[] => [
  [!ordered, '`expectNext` is for standard queues: a FIFO queue has an order, and behind a gap nothing would come'],
  [
    contracts.length > 0 && contracts.every((c) => c.ordered),
    '`expectNext` needs ordered contracts: others have no seq',
  ],
  [where === undefined, '`expectNext` needs every event: it cannot go with `where`'],
]

const named = (contracts: readonly AnyContract[]): string => contracts.map((c) => c.name).join(', ')
