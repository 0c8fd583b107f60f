import { Match, type Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { exampleApp, templateOf } from './example/app.ts'
import { plain, type Resource, resourcesOf } from './example/resources.ts'

let shipping: Template
let orders: Template
let resources: readonly Resource[]

beforeAll(() => {
  const app = exampleApp()
  shipping = templateOf(app, 'shipping')
  orders = templateOf(app, 'orders')
  resources = resourcesOf(app)
})

const named = (type: string, key: string, name: string): Resource | undefined =>
  resources.find(({ Type, Properties }) => Type === type && Properties[key] === name)

describe('a consumer of an event', () => {
  it('has a FIFO queue only where its delivery is ordered', () => {
    expect(named('AWS::SQS::Queue', 'QueueName', 'ex-shipping-ship-order')?.Properties.FifoQueue).toBeUndefined()
    expect(named('AWS::SQS::Queue', 'QueueName', 'ex-shipping-follow-order.fifo')?.Properties).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    })
  })

  it('hides a message for six times its function timeout', () => {
    shipping.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'ex-shipping-ship-order', VisibilityTimeout: 180 })
    shipping.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'ex-shipping-ship-order', Timeout: 30 })
  })

  it('leaves counting attempts to the kit: redrive by count comes after 1000 receives', () => {
    shipping.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'ex-shipping-ship-order',
      RedrivePolicy: { maxReceiveCount: 1000 },
    })
    shipping.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'ex-shipping-follow-order.fifo',
      RedrivePolicy: { maxReceiveCount: 1000 },
    })
  })

  it('subscribes raw, with its filter on the event in the body and dead letters of its own', () => {
    shipping.hasResourceProperties('AWS::SNS::Subscription', {
      RawMessageDelivery: true,
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: { detail: { data: { country: ['EIRE'] } } },
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('shiporderUndelivered'), 'Arn'] } },
    })
  })

  it('finds the data of an ordered event at the top of the body', () => {
    shipping.hasResourceProperties('AWS::SNS::Subscription', { FilterPolicy: { data: { country: ['EIRE'] } } })
  })

  it('is polled with partial batch responses and a bound on its concurrency, after its subscription', () => {
    shipping.hasResource('AWS::Lambda::EventSourceMapping', {
      Properties: {
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 3 },
        FunctionName: { Ref: Match.stringLikeRegexp('shiporderHandler') },
      },
      DependsOn: [Match.stringLikeRegexp('shiporderOnordersOrderPlaced')],
    })
  })

  it('runs at most five at a time where it declares nothing', () => {
    shipping.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: Match.stringLikeRegexp('notifycustomerHandler') },
      ScalingConfig: { MaximumConcurrency: 5 },
    })
  })

  it('finds its queue, its dead letters and its table in the environment', () => {
    const { Variables } =
      named('AWS::Lambda::Function', 'FunctionName', 'ex-shipping-ship-order')?.Properties.Environment ?? {}
    expect(Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, plain(value)]))).toEqual({
      PENSTOCK_APP: 'ex',
      PENSTOCK_SERVICE: 'shipping',
      PENSTOCK_CONSUMER: 'shipping.ship-order',
      PENSTOCK_TABLE: 'ex-shipping',
      PENSTOCK_QUEUE_URL: 'https://sqs.Region.URLSuffix/AccountId/ex-shipping-ship-order',
      PENSTOCK_DLQ_URL: 'https://sqs.Region.URLSuffix/AccountId/ex-shipping-ship-order-dlq',
    })
  })

  it('gets what it uses outside by the name of this deployment', () => {
    const environment = named('AWS::Lambda::Function', 'FunctionName', 'ex-shipping-notify-customer')?.Properties
      .Environment
    expect(environment.Variables.MAILER).toBe('ex-mailer')
  })

  it.each([
    ['ex-shipping-ship-order-dlq-not-empty', 'ApproximateNumberOfMessagesVisible', 0],
    ['ex-shipping-ship-order-undelivered-not-empty', 'ApproximateNumberOfMessagesVisible', 0],
    ['ex-shipping-ship-order-age', 'ApproximateAgeOfOldestMessage', 900],
    ['ex-shipping-ship-order-errors', 'Errors', 0],
    ['ex-shipping-ship-order-throttles', 'Throttles', 0],
    ['ex-shipping-ship-order-parked', 'Parked', 0],
    ['ex-orders-relay-parked', 'Parked', 0],
    ['ex-orders-relay-stream-age', 'IteratorAge', 3_600_000],
  ])('has the alarm %s', (AlarmName, MetricName, Threshold) => {
    const alarm = named('AWS::CloudWatch::Alarm', 'AlarmName', AlarmName)?.Properties
    expect(alarm).toMatchObject({ MetricName, Threshold, TreatMissingData: 'notBreaching' })
    expect(plain(alarm.AlarmActions)).toBe('arn:Partition:sns:Region:AccountId:ex-alarms')
  })

  it('is in the dashboard of its service', () => {
    const body = plain(named('AWS::CloudWatch::Dashboard', 'DashboardName', 'ex-shipping')?.Properties.DashboardBody)
    const titles = JSON.parse(body).widgets.map((widget: { properties: { title: string } }) => widget.properties.title)
    expect(titles).toContain('ex-shipping-ship-order')
    expect(body).toContain('ex-shipping-ship-order-undelivered')
  })
})

describe('a worker', () => {
  it('has no topic, no subscription and no queue for what a subscription could not deliver', () => {
    expect(named('AWS::SQS::Queue', 'QueueName', 'ex-shipping-notify-customer')).toBeDefined()
    expect(named('AWS::SQS::Queue', 'QueueName', 'ex-shipping-notify-customer-undelivered')).toBeUndefined()
    orders.resourceCountIs('AWS::SNS::Subscription', 0)
  })

  it("tells clients its commands' queue by a parameter", () => {
    const parameter = named('AWS::SSM::Parameter', 'Name', '/penstock/ex/commands/orders.PlaceOrder')
    expect(plain(parameter?.Properties.Value)).toBe('https://sqs.Region.URLSuffix/AccountId/ex-orders-place-order')
  })
})

describe('a relay', () => {
  it('exists only where a consumer may publish or send', () => {
    expect(named('AWS::Lambda::Function', 'FunctionName', 'ex-orders-relay')).toBeDefined()
    expect(named('AWS::Lambda::Function', 'FunctionName', 'ex-shipping-relay')).toBeUndefined()
  })

  it('reads the stream from its beginning, without end, and never halves a batch', () => {
    orders.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'TRIM_HORIZON',
      MaximumRetryAttempts: -1,
      BisectBatchOnFunctionError: false,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('RelayDeadLetters'), 'Arn'] } },
      },
    })
  })

  it('wakes only for new images that carry outgoing messages', () => {
    const mapping = resources.find(({ Properties }) => Properties.StartingPosition)
    expect(
      mapping?.Properties.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern)),
    ).toEqual([{ eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: { _out: { S: [{ exists: true }] } } } }])
  })

  it('knows what each consumer may emit, and where ordered events and commands go', () => {
    const { Variables } =
      named('AWS::Lambda::Function', 'FunctionName', 'ex-orders-relay')?.Properties.Environment ?? {}
    expect(JSON.parse(Variables.PENSTOCK_MANIFEST)).toEqual({
      'orders.place-order': [
        'orders.OrderPlaced',
        'orders.OrderChanged',
        'orders.OrderSeen',
        'shipping.NotifyCustomer',
      ],
    })
    expect(JSON.parse(plain(Variables.PENSTOCK_DESTINATIONS))).toEqual({
      topics: { 'orders.OrderChanged': 'arn:Partition:sns:Region:AccountId:ex-orders-OrderChanged.fifo' },
      queues: { 'shipping.NotifyCustomer': 'https://sqs.Region.URLSuffix/AccountId/ex-shipping-notify-customer' },
    })
  })
})

describe('a service', () => {
  it('refuses handlers of another service, of the wrong kind, or declared twice, all at once', async () => {
    const { services } = await import('./example/app.ts')
    const consumers = [...(services.shipping?.consumers ?? []), ...(services.shipping?.consumers?.slice(0, 1) ?? [])]
    expect(() => exampleApp({ of: { orders: { consumers } } })).toThrow(
      /'shipping.ship-order' belongs to another service; .*'shipping.ship-order' is declared twice/,
    )
    expect(() => exampleApp({ of: { orders: { consumers: services.orders?.endpoints ?? [] } } })).toThrow(
      "'orders.place-order-api' is of kind endpoint: list it under endpoints",
    )
  })
})
