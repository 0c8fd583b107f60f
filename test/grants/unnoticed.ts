interface Unnoticed {
  /** What `grantText` says of each, without the suffixes of generated names. */
  readonly grants: readonly string[]
  readonly reason: string
}

const SERVICES = ['inventory', 'loyalty', 'orders', 'payments', 'returns', 'shipping']

/** Those that park, by service. */
const PARKING = {
  inventory: ['receive-goods', 'release-reservation', 'release-stock', 'reserve-stock'],
  loyalty: ['earn-points', 'take-points-back'],
  orders: ['note-reservation', 'place-order'],
  payments: ['note-answer'],
  returns: ['note-restock', 'request-return'],
  view: ['project-order'],
}

const resumption = (service: string, handler: string) => {
  const rule = `${service[0]?.toUpperCase()}${service.slice(1)}${handler.replaceAll('-', '')}ResumptionRuleCalls`
  const queue = handler === 'project-order' ? `${handler}-deployed-dlq` : `${handler}-dlq`
  return [
    `function:shop-${service}-${handler}: shop-${service}-${rule}: lambda:InvokeFunction`,
    `shop-${service}-${queue}: DeploymentsGiveUp: sqs:SendMessage`,
  ]
}

const checks = (handler: string, service: string, ...items: readonly string[]) =>
  items.map((item) => `shop-${service}-${handler}: dynamodb:ConditionCheckItem on table/shop-${service} for ${item}#*`)

const outbox = (handler: string, service: string) =>
  `shop-${service}-${handler}: dynamodb:PutItem on table/shop-${service} for out#${service}.${handler}#*`

const sweeps = (service: string, action: string, items: string) =>
  `shop-${service}-sweeper: dynamodb:${action} on table/shop-${service} for ${items}`

/** Grants that stay although the run does not need them: all of them, and no other. */
export const unnoticed: readonly Unnoticed[] = [
  {
    grants: ['key: Administration: kms:* on *'],
    reason:
      'KMS asks for it when the key is made, and refuses a policy that leaves nobody to change it; without.grants.ts shows that',
  },
  {
    grants: [
      ...checks('receive-goods', 'inventory', 'stock'),
      ...checks('release-stock', 'inventory', 'stock', 'reservation'),
      ...checks('release-reservation', 'inventory', 'reservation'),
      ...checks('reserve-stock', 'inventory', 'reservation'),
      ...checks('confirm-order', 'orders', 'order'),
      ...checks('note-reservation', 'orders', 'order', 'step#orders.ReserveGoods'),
      ...checks('place-order', 'orders', 'order'),
      ...checks('note-answer', 'payments', 'payment', 'step#payments.TakePayment'),
      ...checks('take-payment', 'payments', 'payment'),
      ...checks('refund-return', 'payments', 'refund'),
      ...checks('request-return', 'returns', 'return'),
      ...checks('restock-return', 'returns', 'return'),
      ...checks('project-order', 'view', 'order'),
    ],
    reason:
      'A unit that writes checks what it read and did not write. These handlers happen to write all that they read whenever they write at all; only their code tells, not their declaration',
  },
  {
    grants: [
      outbox('reserve-stock', 'inventory'),
      outbox('release-reservation', 'inventory'),
      outbox('place-order', 'orders'),
      outbox('note-answer', 'payments'),
      outbox('request-return', 'returns'),
    ],
    reason:
      'What is sent without an append leaves in an outbox row, and so does everything while the relay is behind. These handlers happen to append whenever they send, and had nothing to do while it was; only their code tells, not their declaration',
  },
  {
    grants: ['shop-view-project-order: dynamodb:Query on table/shop-view for order#*'],
    reason:
      'An item that has forgotten marks to its chunks is asked for them by messages older than those. No order of the run has so many messages',
  },
  {
    grants: ['PutItem', 'Query'].map(
      (action) => `shop-payments-take-payment: dynamodb:${action} on table/shop-payments for payment#*`,
    ),
    reason:
      'A payment is undone where a later step fails, or the saga is stopped: test/e2e/order-saga.ts does that, no order of this run',
  },
  {
    grants: SERVICES.flatMap((service) => [
      sweeps(service, 'BatchWriteItem', 'relay#*'),
      sweeps(service, 'DeleteItem', 'relay#*'),
      sweeps(service, 'Query', 'out#*#*'),
      sweeps(service, 'PutItem', 'park#relay#*'),
      sweeps(service, 'UpdateItem', 'park#relay#*'),
    ]),
    reason:
      "Rows of an outage longer than the stream's day, and what a sweeper parks as its relay does: test/lib/outage.test.ts lets that happen to a system of its own",
  },
  {
    grants: SERVICES.flatMap((service) =>
      ['Query', 'DeleteItem'].map(
        (action) => `shop-${service}-relay: dynamodb:${action} on table/shop-${service} for park#relay#*`,
      ),
    ),
    reason:
      'What a relay has parked is taken up by an operator: test/messaging/relay-resume.test.ts. Nothing of the run is parked there',
  },
  {
    grants: ['loyalty', 'payments', 'returns', 'shipping'].map(
      (service) => `shop-${service}-relay: dynamodb:GetItem on table/shop-${service} for relay#*`,
    ),
    reason: 'A relay that is behind reads how far it was. The relays of these services had nothing to catch up with',
  },
  {
    grants: [
      'shop-orders-relay: Recover: states:StartExecution on stateMachine:shop-orders-OrderSaga',
      'shop-payments-relay: Recover: states:StartExecution on stateMachine:shop-orders-OrderSaga',
      'shop-payments-sweeper: Recover: states:StartExecution on stateMachine:shop-orders-OrderSaga',
      'shop-orders-relay: CompareStarted: states:DescribeExecution on execution:shop-orders-OrderSaga:*',
      'shop-returns-relay: CompareStarted: states:DescribeExecution on execution:shop-returns-ReturnSaga:*',
      'shop-orders-saga-keeper: Recover: states:StartExecution on stateMachine:shop-orders-OrderSaga:*',
      'shop-returns-saga-keeper: Recover: states:StartExecution on stateMachine:shop-returns-ReturnSaga:*',
      'shop-orders-saga-keeper: dynamodb:UpdateItem on table/shop-orders for saga#orders.OrderSaga#*',
      'shop-returns-saga-keeper: dynamodb:UpdateItem on table/shop-returns for saga#returns.ReturnSaga#*',
      'role/shop-sagas-SagasordersOrderSagaRole: AskForAttention: lambda:InvokeFunction on function:shop-orders-saga-keeper',
      'role/shop-sagas-SagasreturnsReturnSagaRole: AskForAttention: lambda:InvokeFunction on function:shop-returns-saga-keeper',
      'function:shop-returns-saga-keeper: shop-sagas-SagasreturnsReturnSagaKeeps: lambda:InvokeFunction',
    ],
    reason:
      'No saga of the run is started twice with different input, stopped from outside, answered too late, or out of compensations: test/messaging/saga/running.test.ts does each to a system of its own',
  },
  {
    grants: ['ordersOrderSaga', 'returnsReturnSaga'].flatMap((saga) =>
      [
        'DeleteLogDelivery',
        'DescribeLogGroups',
        'DescribeResourcePolicies',
        'GetLogDelivery',
        'ListLogDeliveries',
        'PutResourcePolicy',
        'UpdateLogDelivery',
      ].map((action) => `role/shop-sagas-Sagas${saga}Role: DeliverLogs: logs:${action} on *`),
    ),
    reason:
      'AWS asks for them when a state machine with a log group is created (Step Functions guide, Logging); the local cloud asks for CreateLogDelivery alone',
  },
  {
    grants: [
      ...SERVICES.map((service) => `shop-${service}-relay-dlq: SweepsGiveUp: sqs:SendMessage`),
      'shop-unrecovered: sqs:SendMessage for rule/shop-orders-OrderSaga',
      'shop-unrecovered: sqs:SendMessage for rule/shop-orders-saga-keeper-sweep',
      'shop-unrecovered: sqs:SendMessage for rule/shop-returns-ReturnSaga',
      'shop-unrecovered: sqs:SendMessage for rule/shop-returns-saga-keeper-sweep',
    ],
    reason:
      'Rules give up here what their functions cannot be invoked with; test/bin/dlq/ways.test.ts lets a rule give up in a system of its own',
  },
  {
    grants: Object.entries(PARKING).flatMap(([service, handlers]) =>
      handlers.flatMap((handler) => resumption(service, handler)),
    ),
    reason:
      'Nothing is deployed anew in the run: test/life/life.test.ts does that to a system of its own, and takes up what is parked',
  },
]
