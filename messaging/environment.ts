import type { ConsumerDeclaration, StepHandlerDeclaration } from './declaration.ts'
import type { SagaTargets } from './saga/compile/targets.ts'
import { stepsOf } from './saga/plan.ts'
import type { AnySaga } from './saga/saga.ts'

/** Names of the environment variables that the constructs set and the runtime reads. */
export const variables = {
  app: 'PENSTOCK_APP',
  service: 'PENSTOCK_SERVICE',
  consumer: 'PENSTOCK_CONSUMER',
  responder: 'PENSTOCK_RESPONDER',
  /** Id of a saga step's handler. */
  step: 'PENSTOCK_STEP',
  table: 'PENSTOCK_TABLE',
  /** ARN of the table's stream. */
  stream: 'PENSTOCK_STREAM',
  queueUrl: 'PENSTOCK_QUEUE_URL',
  deadLetterQueueUrl: 'PENSTOCK_DLQ_URL',
  bus: 'PENSTOCK_BUS',
  /** Name of the bucket that large bodies wait in. */
  claims: 'PENSTOCK_CLAIMS',
  /** JSON of `Manifest`. */
  manifest: 'PENSTOCK_MANIFEST',
  /** JSON of `Destinations`. */
  destinations: 'PENSTOCK_DESTINATIONS',
  /** JSON of `CommandDestinations`. */
  commands: 'PENSTOCK_COMMANDS',
  /** JSON of `KeptSagas`. */
  sagas: 'PENSTOCK_SAGAS',
  /** JSON of `KeptBreakers`. */
  breakers: 'PENSTOCK_BREAKERS',
  /** Of the service's breaker keeper. */
  breakerQueueUrl: 'PENSTOCK_BREAKER_QUEUE_URL',
} as const

/** What each consumer of a service may publish and send. The relay quarantines the rest. */
export type Manifest = Readonly<Record<string, readonly string[]>>

/** Where a service's relay ships what does not go to the bus. */
export interface Destinations extends CommandDestinations {
  /** Saga -> ARN of its machine's alias, for those that the service's consumers start. @default none */
  readonly sagas?: Readonly<Record<string, string>>
  /** Consumer with delayed retries -> its own queue. @default none */
  readonly retries?: Readonly<Record<string, RetryDestination>>
  /** Ordered event, or one by tenant -> ARN of the topic that the relay itself publishes to. */
  readonly topics: Readonly<Record<string, string>>
}

/** What a service's saga keeper has to know, by the saga's name. */
export type KeptSagas = Readonly<Record<string, KeptSaga>>

export interface KeptSaga {
  /** ARN of the machine's alias: what new executions are started on. */
  readonly machine: string
  readonly steps: readonly { readonly step: string; readonly contract: string; readonly function: string }[]
}

/** What a service's breaker keeper has to know, by the breaker's name. */
export type KeptBreakers = Readonly<Record<string, KeptBreaker>>

export interface KeptBreaker {
  /** Milliseconds. */
  readonly probeEvery: number
  /** What is paused with it: the mappings of all consumers that share it. */
  readonly mappings: readonly { readonly id: string; readonly function: string; readonly queue: QueuePlace }[]
}

export interface QueuePlace {
  readonly url: string
  readonly arn: string
}

export function keptSaga(saga: AnySaga, targets: SagaTargets, machine: string): KeptSaga {
  const steps = stepsOf(saga.nodes).map(({ name, contract }) => ({
    step: name,
    contract: contract.name,
    function: targets.steps[contract.name]?.arn ?? '',
  }))
  return { machine, steps }
}

/** Where commands go. */
export interface CommandDestinations {
  /** Command -> URL of its owner's queue. */
  readonly queues: Readonly<Record<string, string>>
  /** Command with priorities -> URL of its owner's queue for low priority. @default none */
  readonly low?: Readonly<Record<string, string>>
  /** Command that may be delayed longer than a queue can -> who holds it. @default none */
  readonly schedules?: Readonly<Record<string, ScheduleTarget>>
}

/** How a requester reaches a responder. */
export interface QueryDestination {
  /** URL of its queue. */
  readonly queue: string
  /** Name of its function. */
  readonly function: string
  /** Name of the table that replies are put into. */
  readonly table: string
}

/** Where a consumer's delayed retries come back. */
export interface RetryDestination {
  /** URL of its queue. */
  readonly queue: string
  /** URL of its queue for low priority. */
  readonly low?: string
  readonly schedule: ScheduleTarget
}

/** What a schedule for a message is made of. */
export interface ScheduleTarget {
  /** Name of the schedule group. */
  readonly group: string
  /** That EventBridge Scheduler acts as. */
  readonly roleArn: string
  readonly queueArn: string
  readonly deadLetterArn: string
}

/** Timers that clients set leave under the timer's own name. */
export function manifestOf(consumers: readonly (ConsumerDeclaration | StepHandlerDeclaration)[]): Manifest {
  const timers = consumers.flatMap((c) => ('on' in c && c.on !== 'every event' ? c.on.filter((one) => one.timer) : []))
  return Object.fromEntries([
    ...consumers.map(
      (c) => [c.id, [...[...c.publishes, ...c.sends].map(({ name }) => name), ...errandsOf(c)]] as const,
    ),
    ...timers.map(({ name }) => [name, [name]] as const),
  ])
}

/** Sagas that it starts, and steps whose tasks it answers (a callback's own handler tells a task that asks again). */
const errandsOf = (c: ConsumerDeclaration | StepHandlerDeclaration): readonly string[] =>
  c.kind === 'step' ? [c.step.name] : [...c.starts, ...c.answers]
