import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn'
import { App } from 'aws-cdk-lib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shop } from '../../lib/stacks/shop.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { exampleApp, freshFolder, type Services } from './example/app.ts'
import { plain, resourcesOf } from './example/resources.ts'
import { handler as approve } from './example/saga/approve.ts'
import { handler as bookFirst } from './example/saga/book-first.ts'
import { handler as bookSecond } from './example/saga/book-second.ts'
import { longerTripSaga, tripSaga } from './example/saga/contracts.ts'

const first: Services = { trips: { steps: [approve, bookFirst], sagas: [tripSaga] } }
const second: Services = { trips: { steps: [approve, bookSecond], sagas: [longerTripSaga] } }

let cloud: TestCloud
let sfn: SFNClient
beforeAll(async () => {
  cloud = await startTestCloud({ clock: 'manual' })
  sfn = cloud.client(SFNClient)
})
afterAll(() => cloud.stop())

async function start(tripId: string): Promise<string> {
  const { executionArn = '' } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: `arn:aws:states:${cloud.region}:${cloud.account}:stateMachine:ex-trips-TripSaga:live`,
      name: tripId,
      input: JSON.stringify({ input: { tripId }, origin: { correlationId: tripId, hops: 0 } }),
    }),
  )
  await cloud.clock.settle()
  return executionArn
}

/** Answers the callback of every saga that waits for one. */
async function approveAll(): Promise<void> {
  const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: 'ex-trips' }))
  for (const { record } of Items) {
    const { state, token } = JSON.parse(record?.S ?? '{}') as { state?: string; token?: string }
    if (state === 'waiting') await sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: '{}' }))
  }
  await cloud.clock.settle()
}

/** What the booking steps of an execution answered, in order. */
async function bookedBy(executionArn: string): Promise<readonly string[]> {
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))
  return events.flatMap(
    ({ taskSucceededEventDetails: task }) =>
      (JSON.parse(task?.output ?? '{}').Payload?.output?.by as string | undefined) ?? [],
  )
}

describe('a saga that is under way while another version is deployed', () => {
  it('keeps its definition and the versions of its functions; sagas that begin later have the new ones', async () => {
    const outdir = freshFolder()
    await cloud.deploy(exampleApp({ of: first, outdir }).synth().directory)
    const before = await start('before')
    await cloud.deploy(exampleApp({ of: second, outdir: freshFolder() }).synth().directory)
    const after = await start('after')
    await approveAll()
    for (const executionArn of [before, after])
      expect((await sfn.send(new DescribeExecutionCommand({ executionArn }))).status).toBe('SUCCEEDED')
    expect(await bookedBy(before)).toEqual(['first'])
    expect(await bookedBy(after)).toEqual(['second', 'second'])
  }, 60_000)
})

describe("the shop's sagas", () => {
  const app = new App({ outdir: freshFolder(), builtinCloudFormationValidation: false })
  shop(app, { app: 'shop', lockFile: `${freshFolder()}/lock.json`, newInLock: 'record' })

  it('compile to definitions in which Step Functions finds nothing', async () => {
    const machines = resourcesOf(app, 'AWS::StepFunctions::StateMachine')
    expect(machines.length).toBe(2)
    for (const { Properties } of machines) {
      const definition = JSON.stringify(Properties.Definition).replaceAll(
        /\$\{\w+\}/g,
        'arn:aws:lambda:us-east-1:000000000000:function:any:1',
      )
      const { result, diagnostics } = await sfn.send(new ValidateStateMachineDefinitionCommand({ definition }))
      expect({ result, diagnostics }).toEqual({ result: 'OK', diagnostics: [] })
    }
  })

  it('call versions of functions that stay when they are replaced', () => {
    const kept = [
      ...resourcesOf(app, 'AWS::Lambda::Version'),
      ...resourcesOf(app, 'AWS::StepFunctions::StateMachineVersion'),
    ]
    expect(kept.length).toBe(8)
    for (const { DeletionPolicy, UpdateReplacePolicy } of kept)
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain'])
    for (const { Properties } of resourcesOf(app, 'AWS::StepFunctions::StateMachine'))
      for (const [name, value] of Object.entries(Properties.DefinitionSubstitutions))
        if (name !== 'Keeper')
          expect(value).toMatch(/^\{\{resolve:ssm:\/penstock\/shop\/steps\/\w+\.\w+\/[0-9a-f]{16}\}\}$/)
  })

  it('may call any version of their own steps, and nothing else', () => {
    const [role] = resourcesOf(app, 'AWS::IAM::Role').filter(({ logicalId }) => /returnsReturnSagaRole/.test(logicalId))
    const statements = role?.Properties.Policies[0].PolicyDocument.Statement as {
      Action: string[]
      Resource: unknown
    }[]
    const invoked = statements.filter(({ Action }) => Action.includes('lambda:InvokeFunction'))
    expect(invoked.flatMap(({ Resource }) => [Resource].flat().map(plain))).toEqual([
      'arn:Partition:lambda:Region:AccountId:function:shop-payments-refund-return:*',
      'arn:Partition:lambda:Region:AccountId:function:shop-returns-restock-return:*',
      'arn:Partition:lambda:Region:AccountId:function:shop-returns-saga-keeper',
    ])
  })

  it('F66: are watched for stops, for needing attention, for standing still and for turning back', () => {
    const names = resourcesOf(app, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties.AlarmName)
    for (const what of ['timed-out', 'aborted', 'needs-attention', 'stuck', 'undone'])
      expect(names).toContain(`shop-orders-OrderSaga-${what}`)
    expect(names).toContain('shop-payments-take-payment-failed')
    const rules = resourcesOf(app, 'AWS::Events::Rule').map(({ Properties }) => Properties)
    const stopped = rules.filter(({ EventPattern }) => EventPattern?.source?.includes('aws.states'))
    expect(stopped.map(({ EventPattern }) => EventPattern.detail.status)).toEqual([
      ['FAILED', 'TIMED_OUT', 'ABORTED'],
      ['FAILED', 'TIMED_OUT', 'ABORTED'],
    ])
    expect(rules.filter(({ ScheduleExpression }) => ScheduleExpression === 'rate(5 minutes)')).toHaveLength(2)
  })
})
