import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { build } from 'esbuild'
import {
  type AnySaga,
  type ConsumerDeclaration,
  declarationOf,
  keptSaga,
  manifestOf,
  type SagaTargets,
  variables,
} from '../../../messaging/index.ts'
import { parameters } from '../../../messaging/names.ts'
import { createFunction } from '../../local/services/lambda/support/function.ts'
import type { TestCloud } from '../../support/cloud.ts'
import { book, passport, pay, settle, tell, ticket } from './handlers.ts'

/** The functions of the trips service by what their files are bundled from. */
const FUNCTIONS = {
  'trips.BookFlight': { name: 'trips-book-flight', exported: 'book' },
  'trips.TakePayment': { name: 'trips-take-payment', exported: 'pay' },
  'trips.IssueTicket': { name: 'trips-issue-ticket', exported: 'ticket' },
  'trips.TellCustomer': { name: 'trips-tell-customer', exported: 'tell' },
  'trips.CheckPassport': { name: 'trips-check-passport', exported: 'passport' },
} as const

export const APP = 'test'
export const TABLE = 'trips'

const environment = (more: Readonly<Record<string, string>>) => ({
  Variables: {
    [variables.app]: APP,
    [variables.service]: 'trips',
    [variables.table]: TABLE,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    ...more,
  },
})

/** The trips service, by hand: its steps' functions, its relay on the table's stream, and its keeper. */
export async function createService(cloud: TestCloud): Promise<SagaTargets> {
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
export async function keep(cloud: TestCloud, saga: AnySaga, targets: SagaTargets, machine: string): Promise<void> {
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
