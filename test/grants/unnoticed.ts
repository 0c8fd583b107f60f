interface Unnoticed {
  /** Of what `grantText` says; each matches one grant at least that the run did not need. */
  readonly grants: readonly RegExp[]
  readonly reason: string
}

/** Grants that stay although the run does not need them. */
export const unnoticed: readonly Unnoticed[] = [
  {
    grants: [/^key: Administration: kms:\* on \*$/],
    reason:
      'KMS asks for it when the key is made, and refuses a policy that leaves nobody to change it; without.grants.ts shows that',
  },
  {
    grants: [
      /^shop-inventory-(receive-goods|release-stock): dynamodb:ConditionCheckItem on table\/shop-inventory for stock#\*$/,
      /^shop-inventory-(release-(stock|reservation)|reserve-stock): dynamodb:ConditionCheckItem on table\/shop-inventory for reservation#\*$/,
      /^shop-orders-(confirm-order|note-reservation|place-order): dynamodb:ConditionCheckItem on table\/shop-orders for order#\*$/,
      /^shop-payments-(note-answer|take-payment): dynamodb:ConditionCheckItem on table\/shop-payments for payment#\*$/,
      /^shop-payments-refund-return: dynamodb:ConditionCheckItem on table\/shop-payments for refund#\*$/,
      /^shop-returns-(request|restock)-return: dynamodb:ConditionCheckItem on table\/shop-returns for return#\*$/,
      /^shop-view-project-order: dynamodb:ConditionCheckItem on table\/shop-view for order#\*$/,
      /^shop-(orders-note-reservation|payments-note-answer): dynamodb:ConditionCheckItem on table\/.* for step#/,
    ],
    reason:
      'A unit that writes checks what it read and did not write. These handlers happen to write all that they read whenever they write at all; only their code tells, not their declaration',
  },
  {
    grants: [
      /^shop-(inventory-(reserve-stock|release-reservation)|orders-place-order|payments-note-answer|returns-request-return): dynamodb:PutItem on table\/.* for out#/,
    ],
    reason:
      'What is sent without an append leaves in an outbox row, and so does everything while the relay is behind. These handlers happen to append whenever they send, and had nothing to do while it was; only their code tells, not their declaration',
  },
  {
    grants: [/^shop-view-project-order: dynamodb:Query on table\/shop-view for order#\*$/],
    reason:
      'An item that has forgotten marks to its chunks is asked for them by messages older than those. No order of the run has so many messages',
  },
  {
    grants: [/^shop-payments-take-payment: dynamodb:(PutItem|Query) on table\/shop-payments for payment#\*$/],
    reason:
      'A payment is undone where a later step fails, or the saga is stopped: test/e2e/order-saga.test.ts does that, no order of this run',
  },
  {
    grants: [
      /-sweeper: dynamodb:(BatchWriteItem|DeleteItem) on table\/.* for relay#\*$/,
      /-sweeper: dynamodb:Query on table\/.* for out#\*#\*$/,
      /-sweeper: dynamodb:(PutItem|UpdateItem) on table\/.* for park#relay#\*$/,
    ],
    reason:
      "Rows of an outage longer than the stream's day, and what a sweeper parks as its relay does: test/lib/outage.test.ts lets that happen to a system of its own",
  },
  {
    grants: [/-relay: dynamodb:(Query|DeleteItem) on table\/.* for park#relay#\*$/],
    reason:
      'What a relay has parked is taken up by an operator: test/messaging/relay-resume.test.ts. Nothing of the run is parked there',
  },
  {
    grants: [/-relay: dynamodb:GetItem on table\/.* for relay#\*$/],
    reason: 'A relay that is behind reads how far it was. The relays of these services had nothing to catch up with',
  },
  {
    grants: [
      /-(relay|sweeper): Recover: states:StartExecution on /,
      /-relay: CompareStarted: states:DescribeExecution on /,
      /-saga-keeper: Recover: states:StartExecution on /,
      /-saga-keeper: dynamodb:UpdateItem on table\/.* for saga#/,
      /: AskForAttention: lambda:InvokeFunction on function:.*-saga-keeper$/,
      /^function:shop-returns-saga-keeper: .*: lambda:InvokeFunction$/,
    ],
    reason:
      'No saga of the run is started twice with different input, stopped from outside, answered too late, or out of compensations: test/messaging/saga/running.test.ts does each to a system of its own',
  },
  {
    grants: [/: DeliverLogs: logs:/],
    reason:
      'AWS asks for them when a state machine with a log group is created (Step Functions guide, Logging); the local cloud asks for CreateLogDelivery alone, and only when it deploys',
  },
  {
    grants: [/-relay-dlq: SweepsGiveUp: sqs:SendMessage$/, /^shop-unrecovered: sqs:SendMessage for rule\//],
    reason:
      'Rules give up here what their functions cannot be invoked with; test/bin/dlq/ways.test.ts lets a rule give up in a system of its own',
  },
]
