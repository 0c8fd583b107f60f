import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { InvokeCommand, LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda'
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { SQSClient } from '@aws-sdk/client-sqs'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type AnySaga, compileSaga, type SagaTargets } from '../../../messaging/index.ts'
import { definitionOf } from '../../../messaging/queue-handler.ts'
import { handleBatch } from '../../../messaging/runtime/batch.ts'
import { startDeadline } from '../../../messaging/runtime/deadline.ts'
import { openDesk } from '../../../messaging/runtime/desk.ts'
import { createStatesRole } from '../../local/services/states/support.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { createTable, type Item } from '../lab.ts'
import { envelope, fixedPorts } from '../support.ts'
import { settle } from './handlers.ts'
import { APP, createService, keep, TABLE } from './service.ts'

/** A local cloud in which the sagas of the trips service run: its table, its steps' functions, its relay and keeper, and machines. */
export async function openSagaLab() {
  const cloud = await startTestCloud()
  await cloud.client(DynamoDBClient).send(createTable(TABLE))
  await cloud.clock.advance(60_000)
  const targets = await createService(cloud)
  const role = await createStatesRole(cloud, 'saga', ['*'], '*')
  return {
    cloud,
    sfn: cloud.client(SFNClient),
    app: APP,
    clock: cloud.clock,
    ...kept(cloud),
    ...executions(cloud, targets, role),
    ...controls(cloud, targets),
    stop: () => cloud.stop(),
  }
}

/** What is in the table and among the metrics. */
function kept(cloud: TestCloud) {
  const items = async () => {
    const scan = new ScanCommand({ TableName: TABLE, ConsistentRead: true })
    const { Items = [] } = await cloud.client(DynamoDBClient).send(scan)
    return Items.map((item) => unmarshall(item) as Item)
  }
  return {
    items,
    /** What the steps did: `id` -> times done and undone. */
    deeds: async () =>
      Object.fromEntries(
        (await items())
          .filter(({ pk }) => pk.startsWith('deeds#'))
          .map(({ item }) => item as { id: string; done: number; undone: number })
          .map(({ id, done, undone }) => [id, [done, undone]]),
      ),
    /** What is known of a step of a saga. */
    record: async (contract: string, place: string) => {
      const item = (await items()).find(({ pk }) => pk === `step#${contract}#${place}`)
      return item && { ...JSON.parse(String(item.record)), ttl: item.ttl }
    },
    /** Names of what was measured by a dimension. */
    metrics: async (Name: string, Value: string) => {
      const listed = new ListMetricsCommand({ Namespace: `Penstock/${APP}`, Dimensions: [{ Name, Value }] })
      const { Metrics = [] } = await cloud.client(CloudWatchClient).send(listed)
      return Metrics.map(({ MetricName }) => MetricName)
    },
  }
}

function executions(cloud: TestCloud, targets: SagaTargets, roleArn: string) {
  const sfn = cloud.client(SFNClient)
  return {
    /** @param looked whether the keeper looks after it: after one saga only */
    machine: async (saga: AnySaga, looked = true): Promise<string> => {
      const definition = JSON.stringify(compileSaga(saga, targets))
      const name = saga.name.replace('.', '-')
      const created = await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn }))
      if (looked) await keep(cloud, saga, targets, created.stateMachineArn ?? '')
      return created.stateMachineArn ?? ''
    },
    start: async (stateMachineArn: string, name: string, input: unknown): Promise<string> => {
      const given = JSON.stringify({ input, origin: { correlationId: name, hops: 0 } })
      const started = await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: given }))
      await cloud.clock.settle()
      return started.executionArn ?? ''
    },
    look: async (executionArn: string) => {
      await cloud.clock.settle()
      const described = await sfn.send(new DescribeExecutionCommand({ executionArn }))
      const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))
      const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? [])
      return { ...described, events, entered }
    },
  }
}

function controls(cloud: TestCloud, targets: SagaTargets) {
  const invoke = async (FunctionName: string, event: unknown): Promise<void> => {
    await cloud.client(LambdaClient).send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }))
  }
  return {
    /** Handles a message of the worker that answers callbacks, and lets the relay ship what it says. */
    report: async (id: string, data: unknown): Promise<void> => {
      await report(cloud, id, data)
      await cloud.clock.advance(2_000)
    },
    /** Lets no call of the step's function through any more. */
    disable: (contract: string) => concurrency(cloud, targets, contract, 0),
    enable: (contract: string) => concurrency(cloud, targets, contract, 10),
    /** Whether the keeper hears of executions' ends. */
    listen: async (hears: boolean) => {
      const Rule = hears ? EnableRuleCommand : DisableRuleCommand
      await cloud.client(EventBridgeClient).send(new Rule({ Name: 'ends' }))
    },
    sweep: async () => {
      await invoke(targets.keeper, { sweep: true })
      await cloud.clock.advance(5_000)
    },
    /** Calls a step's function as its machine would. */
    invoke: (contract: string, call: unknown) => invoke(targets.steps[contract]?.arn ?? '', call),
  }
}

const concurrency = (cloud: TestCloud, { steps }: SagaTargets, contract: string, count: number) =>
  cloud.client(LambdaClient).send(
    new PutFunctionConcurrencyCommand({
      FunctionName: steps[contract]?.arn ?? '',
      ReservedConcurrentExecutions: count,
    }),
  )

async function report(cloud: TestCloud, id: string, data: unknown): Promise<void> {
  const ports = { ...fixedPorts(cloud.clock.now()), uuid: () => crypto.randomUUID() }
  const measures = { count: () => {}, processing: () => {}, critical: () => {}, attempts: () => {} }
  const backlog = { isLong: async () => false }
  const tools = { dynamo: cloud.client(DynamoDBClient), sqs: cloud.client(SQSClient), measures, backlog, ports }
  const place = { table: TABLE, queueUrl: 'none', deadLetterQueueUrl: 'none' }
  const message = envelope({ id, type: 'trips.PaymentReported', time: new Date(ports.now()).toISOString(), data })
  const record = {
    messageId: id,
    receiptHandle: 'none',
    body: JSON.stringify(message),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0' },
    eventSourceARN: 'none',
  }
  const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 }
  const desk = openDesk(definitionOf(settle), place, tools)
  const { batchItemFailures } = await handleBatch(desk, { Records: [record] }, startDeadline(context, ports))
  if (batchItemFailures.length > 0) throw new Error(`the report '${id}' was not handled`)
}
