import type { ConsumerDeclaration } from '../../messaging/index.ts'

/** A default quota of AWS that bounds a consumer's throughput. Regions differ: Service Quotas tells an account's own. */
export interface Quota {
  readonly service: string
  readonly quota: string
  readonly value: string
}

/** Defaults as AWS's quota pages gave them in November 2026: eb-quota, quotas-messages, sns quotas, ServiceQuotas of DynamoDB. */
export function quotasOf(declaration: ConsumerDeclaration): readonly Quota[] {
  const { on, kind, stores, outbox, delivery } = declaration
  const routes = on === 'every event' ? ['direct'] : on.map(({ route }) => route)
  const passesBus = kind === 'consumer' && routes.some((route) => route === 'topic' || route === 'direct')
  const passesTopic = routes.some((route) => route === 'topic' || route === 'ordered' || route === 'tenant')
  return [
    ...(passesBus ? BUS : []),
    ...(passesTopic ? [routes.includes('ordered') ? FIFO_TOPIC : TOPIC] : []),
    delivery.ordered ? FIFO_QUEUE : QUEUE,
    {
      service: 'SQS',
      quota: 'messages in flight a queue',
      value: delivery.delayedRetries
        ? '120,000, of which back-offs take a fifth: then they leave the queue'
        : '120,000, backed-off messages among them; `delayedRetries()` keeps away from it',
    },
    { service: 'Lambda', quota: 'concurrent executions an account', value: '1,000, shared with every other function' },
    ...(stores.length > 0 || outbox ? TABLE : []),
  ]
}

const BUS: readonly Quota[] = [
  {
    service: 'EventBridge',
    quota: 'invocations a second',
    value: '18,750 in us-east-1 and us-west-2, 4,500 to 750 elsewhere; more are delayed',
  },
  {
    service: 'EventBridge',
    quota: 'PutEvents a second',
    value: '10,000 in us-east-1 and us-west-2, less elsewhere; more are throttled',
  },
]

const TOPIC: Quota = {
  service: 'SNS',
  quota: 'messages published a second',
  value: '30,000 in us-east-1, 9,000 in us-west-2 and eu-west-1, less elsewhere',
}

const FIFO_TOPIC: Quota = {
  service: 'SNS',
  quota: 'messages published a second to a FIFO topic',
  value: '300 a key, 3,000 a topic; as a standard topic where its throughput scope is the message group',
}

const QUEUE: Quota = { service: 'SQS', quota: 'requests a second', value: 'nearly unlimited' }

const FIFO_QUEUE: Quota = {
  service: 'SQS',
  quota: 'requests a second to a FIFO queue',
  value: '300 a key (3,000 messages in batches); in high-throughput mode up to 70,000 a queue in the largest regions',
}

const TABLE: readonly Quota[] = [
  {
    service: 'DynamoDB',
    quota: 'write units a second on one partition key',
    value: '1,000: a hot key is bounded by this',
  },
  { service: 'DynamoDB', quota: 'write units a second on one on-demand table', value: '40,000' },
]
