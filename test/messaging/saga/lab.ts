import path from 'node:path'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { build } from 'esbuild'
import { type AnySaga, compileSaga, type SagaTargets, variables } from '../../../messaging/index.ts'
import { createFunction } from '../../local/services/lambda/support/function.ts'
import { createStatesRole } from '../../local/services/states/support.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { createTable, type Item } from '../lab.ts'

/** The functions of the trips service by what their files are bundled from. */
const FUNCTIONS = {
  'trips.BookFlight': { name: 'trips-book-flight', exported: 'book' },
  'trips.TakePayment': { name: 'trips-take-payment', exported: 'pay' },
  'trips.IssueTicket': { name: 'trips-issue-ticket', exported: 'ticket' },
  'trips.TellCustomer': { name: 'trips-tell-customer', exported: 'tell' },
  'trips.CheckPassport': { name: 'trips-check-passport', exported: 'passport' },
} as const

const TABLE = 'trips'

/** A local cloud in which the sagas of the trips service run: its table, its steps' functions and machines. */
export async function openSagaLab() {
  const cloud = await startTestCloud()
  const dynamo = cloud.client(DynamoDBClient)
  await dynamo.send(createTable(TABLE))
  await cloud.clock.advance(60_000)
  const sfn = cloud.client(SFNClient)
  const targets = await createFunctions(cloud)
  const role = await createStatesRole(cloud, 'saga', ['*'], '*')
  const items = async () => {
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true }))
    return Items.map((item) => unmarshall(item) as Item)
  }
  return {
    cloud,
    sfn,
    targets,
    items,
    clock: cloud.clock,
    /** What the steps did: `id` -> times done and undone. */
    deeds: async () =>
      Object.fromEntries(
        (await items())
          .filter(({ pk }) => pk.startsWith('deeds#'))
          .map(({ item }) => item as { id: string; done: number; undone: number })
          .map(({ id, done, undone }) => [id, [done, undone]]),
      ),
    machine: async (saga: AnySaga): Promise<string> => {
      const definition = JSON.stringify(compileSaga(saga, targets))
      const name = saga.name.replace('.', '-')
      const { stateMachineArn = '' } = await sfn.send(
        new CreateStateMachineCommand({ name, definition, roleArn: role }),
      )
      return stateMachineArn
    },
    start: async (stateMachineArn: string, name: string, input: unknown): Promise<string> => {
      const origin = { correlationId: name, hops: 0 }
      const started = await sfn.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ input, origin }) }),
      )
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
    stop: () => cloud.stop(),
  }
}

async function createFunctions(cloud: TestCloud): Promise<SagaTargets> {
  const source = await bundle()
  const steps: Record<string, { arn: string; timeout: number }> = {}
  for (const [contract, { name, exported }] of Object.entries(FUNCTIONS)) {
    const arn = await createFunction(cloud, name, source, {
      Handler: `index.${exported}`,
      actions: ['dynamodb:*'],
      Timeout: 30,
      Environment: {
        Variables: {
          [variables.app]: 'test',
          [variables.service]: 'trips',
          [variables.table]: TABLE,
          [variables.step]: name,
          POWERTOOLS_LOG_LEVEL: 'SILENT',
        },
      },
    })
    steps[contract] = { arn, timeout: 30_000 }
  }
  const keeper = await createFunction(cloud, 'trips-saga-keeper', 'export const handler = () => ({})')
  return { steps, keeper, table: TABLE }
}

/** The code of all functions: each is another export. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, 'handlers.ts')],
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    keepNames: true,
    banner: { js: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);" },
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}
