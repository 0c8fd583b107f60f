import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { SQSClient } from '@aws-sdk/client-sqs'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { build } from 'esbuild'
import {
  type AnySaga,
  type ConsumerDeclaration,
  compileSaga,
  declarationOf,
  keptSaga,
  manifestOf,
  type SagaTargets,
  variables,
} from '../../../messaging/index.ts'
import { parameters } from '../../../messaging/names.ts'
import { definitionOf } from '../../../messaging/queue-handler.ts'
import { handleBatch } from '../../../messaging/runtime/batch.ts'
import { startDeadline } from '../../../messaging/runtime/deadline.ts'
import { openDesk } from '../../../messaging/runtime/desk.ts'
import { createFunction } from '../../local/services/lambda/support/function.ts'
import { createStatesRole } from '../../local/services/states/support.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { createTable, type Item } from '../lab.ts'
import { envelope, fixedPorts } from '../support.ts'
import { book, passport, pay, settle, tell, ticket } from './handlers.ts'

/** The functions of the trips service by what their files are bundled from. */
const FUNCTIONS = {
  'trips.BookFlight': { name: 'trips-book-flight', exported: 'book' },
  'trips.TakePayment': { name: 'trips-take-payment', exported: 'pay' },
  'trips.IssueTicket': { name: 'trips-issue-ticket', exported: 'ticket' },
  'trips.TellCustomer': { name: 'trips-tell-customer', exported: 'tell' },
  'trips.CheckPassport': { name: 'trips-check-passport', exported: 'passport' },
} as const

const APP = 'test'
const TABLE = 'trips'

/** A local cloud in which the sagas of the trips service run: its table, its steps' functions, its relay and keeper, and machines. */
export async function openSagaLab() {
  const cloud = await startTestCloud()
  const dynamo = cloud.client(DynamoDBClient)
  await dynamo.send(createTable(TABLE))
  await cloud.clock.advance(60_000)
  const sfn = cloud.client(SFNClient)
  const targets = await createFunctions(cloud)
  const role = await createStatesRole(cloud, 'saga', ['*'], '*')
  const invoke = async (FunctionName: string, event: unknown): Promise<void> => {
    await cloud.client(LambdaClient).send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }))
  }
  const items = async () => {
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true }))
    return Items.map((item) => unmarshall(item) as Item)
  }
  return {
    cloud,
    sfn,
    targets,
    items,
    app: APP,
    clock: cloud.clock,
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
    /** @param kept whether the keeper looks after it: after one saga only */
    machine: async (saga: AnySaga, kept = true): Promise<string> => {
      const definition = JSON.stringify(compileSaga(saga, targets))
      const name = saga.name.replace('.', '-')
      const created = await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn: role }))
      if (kept) await keep(cloud, saga, targets, created.stateMachineArn ?? '')
      return created.stateMachineArn ?? ''
    },
    start: async (stateMachineArn: string, name: string, input: unknown): Promise<string> => {
      const origin = { correlationId: name, hops: 0 }
      const started = await sfn.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ input, origin }) }),
      )
      await cloud.clock.settle()
      return started.executionArn ?? ''
    },
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
    /** Names of what was measured by a dimension. */
    metrics: async (Name: string, Value: string) => {
      const listed = new ListMetricsCommand({ Namespace: `Penstock/${APP}`, Dimensions: [{ Name, Value }] })
      const { Metrics = [] } = await cloud.client(CloudWatchClient).send(listed)
      return Metrics.map(({ MetricName }) => MetricName)
    },
    look: async (executionArn: string) => {
      await cloud.clock.settle()
      const described = await sfn.send(new DescribeExecutionCommand({ executionArn }))
      const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))
      const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? [])
      return { ...described, events, entered }
    },
    stop: () => cloud.stop(),
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

const environment = (more: Readonly<Record<string, string>>) => ({
  Variables: {
    [variables.app]: APP,
    [variables.service]: 'trips',
    [variables.table]: TABLE,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    ...more,
  },
})

async function createFunctions(cloud: TestCloud): Promise<SagaTargets> {
  const source = await bundle()
  const create = (name: string, exported: string, more: Readonly<Record<string, string>>) =>
    createFunction(cloud, name, source, {
      Handler: `index.${exported}`,
      actions: ['*'],
      Timeout: 30,
      Environment: environment(more),
    })
  const steps: Record<string, { arn: string; timeout: number }> = {}
  for (const [contract, { name, exported }] of Object.entries(FUNCTIONS))
    steps[contract] = { arn: await create(name, exported, { [variables.step]: name }), timeout: 30_000 }
  const declarations = [book, pay, ticket, tell, passport, settle].map(declarationOf) as ConsumerDeclaration[]
  const trips = `arn:aws:states:${cloud.region}:${cloud.account}:stateMachine:trips-TripSaga`
  const relay = await create('trips-relay', 'relay', {
    [variables.bus]: 'default',
    [variables.manifest]: JSON.stringify(manifestOf(declarations)),
    [variables.destinations]: JSON.stringify({ topics: {}, queues: {}, sagas: { 'trips.TripSaga': trips } }),
  })
  await ship(cloud, relay)
  const keeper = await create('trips-saga-keeper', 'keeper', { [variables.sagas]: '{}' })
  return { steps, keeper, table: TABLE }
}

/** The relay reads the table's stream. */
async function ship(cloud: TestCloud, relay: string): Promise<void> {
  const { Table } = await cloud.client(DynamoDBClient).send(new DescribeTableCommand({ TableName: TABLE }))
  await cloud.client(LambdaClient).send(
    new CreateEventSourceMappingCommand({
      FunctionName: relay,
      EventSourceArn: Table?.LatestStreamArn ?? '',
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    }),
  )
  await cloud.clock.advance(60_000)
}

/** The keeper knows the saga, and hears of its executions' ends; clients find both. */
async function keep(cloud: TestCloud, saga: AnySaga, targets: SagaTargets, machine: string): Promise<void> {
  const lambda = cloud.client(LambdaClient)
  const Environment = environment({
    [variables.sagas]: JSON.stringify({ [saga.name]: keptSaga(saga, targets, machine) }),
  })
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: targets.keeper, Environment }))
  const put = (Name: string, Value: string) =>
    cloud.client(SSMClient).send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }))
  await put(parameters.saga(APP, saga.name), machine)
  await put(parameters.table(APP, 'trips'), TABLE)
  const events = cloud.client(EventBridgeClient)
  const status = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']
  const pattern = { source: ['aws.states'], detail: { stateMachineArn: [machine], status } }
  const { RuleArn } = await events.send(new PutRuleCommand({ Name: 'ends', EventPattern: JSON.stringify(pattern) }))
  await events.send(new PutTargetsCommand({ Rule: 'ends', Targets: [{ Id: 'keeper', Arn: targets.keeper }] }))
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: targets.keeper,
      StatementId: 'ends',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: RuleArn,
    }),
  )
}

/** The code of all functions: each is another export. */
async function bundle(): Promise<string> {
  const contents = `export * from './handlers.ts'
export { handler as relay } from '../../../messaging/relay.ts'
export { handler as keeper } from '../../../messaging/saga-keeper.ts'`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);" },
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}
