import type { ConsumerDeclaration } from './declaration.ts'
import type { SagaTargets } from './saga/compile/targets.ts'
import { stepsOf } from './saga/plan.ts'
import type { AnySaga } from './saga/saga.ts'

/** Names of the environment variables that the constructs set and the runtime reads. */
export const variables = {
  app: 'PENSTOCK_APP',
  service: 'PENSTOCK_SERVICE',
  consumer: 'PENSTOCK_CONSUMER',
  /** Id of a saga step's handler. */
  step: 'PENSTOCK_STEP',
  table: 'PENSTOCK_TABLE',
  queueUrl: 'PENSTOCK_QUEUE_URL',
  deadLetterQueueUrl: 'PENSTOCK_DLQ_URL',
  bus: 'PENSTOCK_BUS',
  /** JSON of `Manifest`. */
  manifest: 'PENSTOCK_MANIFEST',
  /** JSON of `Destinations`. */
  destinations: 'PENSTOCK_DESTINATIONS',
  /** JSON of command name -> queue URL. */
  commands: 'PENSTOCK_COMMANDS',
  /** JSON of `KeptSagas`. */
  sagas: 'PENSTOCK_SAGAS',
} as const

/** What each consumer of a service may publish and send. The relay quarantines the rest. */
export type Manifest = Readonly<Record<string, readonly string[]>>

/** Where a service's relay ships what does not go to the bus. */
export interface Destinations {
  /** Saga -> ARN of its machine's alias, for those that the service's consumers start. @default none */
  readonly sagas?: Readonly<Record<string, string>>
  /** Ordered event -> ARN of its FIFO topic. */
  readonly topics: Readonly<Record<string, string>>
  /** Command -> URL of its owner's queue. */
  readonly queues: Readonly<Record<string, string>>
}

/** What a service's saga keeper has to know, by the saga's name. */
export type KeptSagas = Readonly<Record<string, KeptSaga>>

export interface KeptSaga {
  /** ARN of the machine's alias: what new executions are started on. */
  readonly machine: string
  readonly steps: readonly { readonly step: string; readonly contract: string; readonly function: string }[]
}

export function keptSaga(saga: AnySaga, targets: SagaTargets, machine: string): KeptSaga {
  const steps = stepsOf(saga.nodes).map(({ name, contract }) => ({
    step: name,
    contract: contract.name,
    function: targets.steps[contract.name]?.arn ?? '',
  }))
  return { machine, steps }
}

export function manifestOf(consumers: readonly ConsumerDeclaration[]): Manifest {
  return Object.fromEntries(consumers.map((c) => [c.id, [...c.publishes, ...c.sends].map((contract) => contract.name)]))
}
