import { Aws, Stack } from 'aws-cdk-lib'
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { ConsumerDeclaration } from '../../messaging/index.ts'
import { busName, metricsNamespace, relayName } from '../../messaging/names.ts'
import type { Backbone } from './backbone.ts'
import type { Consumer } from './consumer.ts'
import { unroutedQueueName } from './resource-names.ts'
import type { Service } from './service.ts'
import { deadLetterGraph, functionGraph, graph, type Metric, type Widget } from './widgets.ts'

/** What a service does and where it stands still: a row a consumer, then its endpoints, its relay and its table. */
export class ServiceDashboard extends Construct {
  constructor(scope: Construct, id: string, props: { readonly backbone: Backbone; readonly service: Service }) {
    super(scope, id)
    const { backbone, service } = props
    const { app } = backbone
    dashboard(this, `${app}-${service.name}`, [
      ...service.consumers.map((consumer) => consumerRow(app, consumer)),
      ...service.steps.map((step) => [functionGraph(step.function.name, 24)]),
      ...service.endpoints.map((endpoint) => [functionGraph(endpoint.function.name, 24)]),
      ...(service.relay ? [relayRow(relayName(app, service.name), service.relay.deadLetters.name)] : []),
      [tableGraph(service.table.name)],
    ])
  }
}

/** The whole system at a glance: what comes in, what waits for a person, and who is behind. */
export class SystemDashboard extends Construct {
  constructor(scope: Construct, id: string, props: { readonly backbone: Backbone }) {
    super(scope, id)
    const { app, system } = props.backbone
    const consumers = system.services.flatMap((service) => service.consumers)
    const bus = { EventBusName: busName(app) }
    const events = ['PutEventsEntriesCount', 'FailedInvocations', 'InvocationsSentToDlq']
    dashboard(this, app, [
      [
        deadLetterGraph('Waiting for a person', [...consumers.flatMap(deadLetterQueues), unroutedQueueName(app)], 12),
        graph(
          'Oldest message, seconds',
          consumers.map(({ queue }) => ageOf(queue.name)),
          { width: 12, statistic: 'Maximum' },
        ),
      ],
      [
        graph(
          'Bus',
          events.map((metric) => ['AWS/Events', metric, bus]),
          { width: 12, statistic: 'Sum' },
        ),
        graph(
          'Relays: age of the stream, ms',
          system.services.filter(({ relay }) => relay).map(({ name }) => streamAge(relayName(app, name))),
          {
            width: 12,
            statistic: 'Maximum',
          },
        ),
      ],
    ])
  }
}

function consumerRow(app: string, { queue, function: handler, declaration, ...consumer }: Consumer): readonly Widget[] {
  const depth: readonly Metric[] = [
    ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: queue.name }],
    ['AWS/SQS', 'ApproximateNumberOfMessagesNotVisible', { QueueName: queue.name }],
    ageOf(queue.name),
  ]
  return [
    graph(queue.name, depth, { width: 6, statistic: 'Maximum' }),
    graph('What became of messages', outcomesOf(app, declaration), { width: 6, statistic: 'Sum' }),
    functionGraph(handler.name, 6),
    deadLetterGraph('Waiting for a person', deadLetterQueues(consumer), 6),
  ]
}

const relayRow = (relay: string, deadLetters: string): readonly Widget[] => [
  functionGraph(relay, 8),
  graph('Age of the stream, ms', [streamAge(relay)], { width: 8, statistic: 'Maximum' }),
  deadLetterGraph('Given up', [deadLetters], 8),
]

const tableGraph = (table: string): Widget =>
  graph(
    `Table ${table}`,
    ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'TransactionConflict', 'UserErrors'].map((metric) => [
      'AWS/DynamoDB',
      metric,
      { TableName: table },
    ]),
    { width: 24, statistic: 'Sum' },
  )

const OUTCOMES = ['Handled', 'Deduped', 'Retried', 'DeadLettered', 'Parked']
const BEST_EFFORT_OUTCOMES = ['Handled', 'Deduped', 'LeftOut', 'Lost']

/** Metrics that the kit's runtime writes to the log (EMF). */
const outcomesOf = (app: string, { id: consumer, service, delivery }: ConsumerDeclaration): readonly Metric[] =>
  (delivery.bestEffort ? BEST_EFFORT_OUTCOMES : OUTCOMES).map((metric) => [
    metricsNamespace(app),
    metric,
    { service, consumer },
  ])

const ageOf = (queue: string): Metric => ['AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: queue }]
const streamAge = (relay: string): Metric => ['AWS/Lambda', 'IteratorAge', { FunctionName: relay }]

const deadLetterQueues = ({
  deadLetters,
  undelivered,
}: Pick<Consumer, 'deadLetters' | 'undelivered'>): readonly string[] => [
  ...(deadLetters ? [deadLetters.name] : []),
  ...(undelivered ? [undelivered.name] : []),
]

export function dashboard(scope: Construct, name: string, rows: readonly (readonly Widget[])[]): void {
  const widgets = rows.flatMap((row, y) => {
    let x = 0
    return row.map((widget) => {
      const placed = { ...widget, x, y: y * 6, height: 6, properties: { ...widget.properties, region: Aws.REGION } }
      x += widget.width
      return placed
    })
  })
  new CfnDashboard(scope, 'Dashboard', {
    dashboardName: name,
    dashboardBody: Stack.of(scope).toJsonString({ widgets }),
  })
}
