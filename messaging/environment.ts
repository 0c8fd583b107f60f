import type { ConsumerDeclaration } from './declaration.ts'

/** Names of the environment variables that the constructs set and the runtime reads. */
export const variables = {
  app: 'PENSTOCK_APP',
  service: 'PENSTOCK_SERVICE',
  consumer: 'PENSTOCK_CONSUMER',
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
} as const

/** What each consumer of a service may publish and send. The relay quarantines the rest. */
export type Manifest = Readonly<Record<string, readonly string[]>>

/** Where a service's relay ships what does not go to the bus. */
export interface Destinations {
  /** Ordered event -> ARN of its FIFO topic. */
  readonly topics: Readonly<Record<string, string>>
  /** Command -> URL of its owner's queue. */
  readonly queues: Readonly<Record<string, string>>
}

export function manifestOf(consumers: readonly ConsumerDeclaration[]): Manifest {
  return Object.fromEntries(consumers.map((c) => [c.id, [...c.publishes, ...c.sends].map((contract) => contract.name)]))
}
