/**
 * Physical names, derived in one place by constructs, functions and clients alike. `app` is the prefix of a deployment.
 */
export const busName = (app: string): string => app

export const topicName = (app: string, event: { readonly name: string; readonly ordered: boolean }): string =>
  `${app}-${event.name.replace('.', '-')}${event.ordered ? '.fifo' : ''}`

/** Also the name of the consumer's function. */
export const consumerName = (app: string, consumerId: string): string => `${app}-${dashed(consumerId)}`

export const queueName = (app: string, consumerId: string, ordered: boolean): string =>
  `${consumerName(app, consumerId)}${ordered ? '.fifo' : ''}`

/** Name or URL of the second queue of a worker whose commands have priorities. @param queue name or URL of the first */
export const lowQueue = (queue: string): string => `${queue}-low`

export const deadLetterQueueName = (app: string, consumerId: string, ordered: boolean): string =>
  `${consumerName(app, consumerId)}-dlq${ordered ? '.fifo' : ''}`

export const tableName = (app: string, service: string): string => `${app}-${service}`

export const relayName = (app: string, service: string): string => `${app}-${service}-relay`

export const sweeperName = (app: string, service: string): string => `${app}-${service}-sweeper`

export const sagaName = (app: string, saga: string): string => `${app}-${dashed(saga)}`

export const sagaKeeperName = (app: string, service: string): string => `${app}-${service}-saga-keeper`

/** Also the name of the queue that it is told by. */
export const breakerKeeperName = (app: string, service: string): string => `${app}-${service}-breaker-keeper`

/** Of a worker whose commands may be delayed longer than its queue can: its group of schedules. */
export const scheduleGroupName = (app: string, workerId: string): string => consumerName(app, workerId)

/** Bucket names are the whole world's. */
export const claimBucketName = (app: string, account: string, region: string): string =>
  `${app}-claims-${account}-${region}`

/** Where the claims of a contract lie in the bucket: what its consumers may read. */
export const claimPrefix = (contract: string): string => `claims/${contract}/`

/** Parameters under which clients outside the app's stacks find things. */
export const parameters = {
  bus: (app: string): string => `/penstock/${app}/bus`,
  command: (app: string, name: string): string => `/penstock/${app}/commands/${name}`,
  /** JSON of `CommandDestinations` of one command: what its queue's URL does not say. */
  delays: (app: string, name: string): string => `/penstock/${app}/delays/${name}`,
  /** JSON: the newest version of each contract that a consumer reads. A change tells that newer code is live. */
  reads: (app: string, consumerId: string): string => `/penstock/${app}/reads/${consumerId}`,
  /** JSON of `QueryDestination`. */
  query: (app: string, name: string): string => `/penstock/${app}/queries/${name}`,
  api: (app: string): string => `/penstock/${app}/api`,
  saga: (app: string, name: string): string => `/penstock/${app}/sagas/${name}`,
  /** The version of the step's function is one level below, by what it holds. */
  step: (app: string, name: string): string => `/penstock/${app}/steps/${name}`,
  table: (app: string, service: string): string => `/penstock/${app}/tables/${service}`,
  /** Name of the bucket that large bodies wait in. */
  claims: (app: string): string => `/penstock/${app}/claims`,
} as const

export const isFifo = (nameOrUrlOrArn: string): boolean => nameOrUrlOrArn.endsWith('.fifo')

/** CloudWatch namespace of what the runtime measures. Dimensions: `service` and `consumer` (or `relay`, `endpoint`). */
export const metricsNamespace = (app: string): string => `Penstock/${app}`

const dashed = (id: string): string => id.replaceAll('.', '-')
