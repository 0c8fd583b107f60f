import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DescribeActivityCommand, DescribeStateMachineCommand } from '@aws-sdk/client-sfn'
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import {
  Activity,
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  DefinitionBody,
  JsonPath,
  LogLevel,
  Pass,
  StateMachine,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions'
import { SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StatesCloud, startStatesCloud } from './support.ts'

/** A stack of CDK's own constructs, as a user writes it. */
function synthesize(): string {
  const folder = mkdtempSync(join(tmpdir(), 'penstock-states-'))
  const file = join(folder, 'machine.asl.json')
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the form of a substitution in a definition
  writeFileSync(file, JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', Result: '${Word}', End: true } } }))
  const app = new App({
    outdir: join(folder, 'cdk.out'),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  })
  const stack = new Stack(app, 'States')
  const queue = new Queue(stack, 'Queue')
  const send = new SqsSendMessage(stack, 'Send', {
    queue,
    messageBody: TaskInput.fromObject({ id: JsonPath.stringAt('$.id') }),
    resultPath: JsonPath.DISCARD,
  })
  const logGroup = new LogGroup(stack, 'Log', { removalPolicy: RemovalPolicy.DESTROY })
  const machine = new StateMachine(stack, 'Machine', {
    definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Begin').next(send).next(new Succeed(stack, 'Done'))),
    logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: true },
  })
  const version = new CfnStateMachineVersion(stack, 'Version', {
    stateMachineArn: machine.stateMachineArn,
    stateMachineRevisionId: machine.stateMachineRevisionId,
  })
  const alias = new CfnStateMachineAlias(stack, 'Alias', {
    name: 'live',
    routingConfiguration: [{ stateMachineVersionArn: version.attrArn, weight: 100 }],
  })
  const fromFile = new StateMachine(stack, 'FromFile', {
    definitionBody: DefinitionBody.fromFile(file),
    definitionSubstitutions: { Word: 'substituted' },
  })
  const activity = new Activity(stack, 'Activity', { activityName: 'picking' })
  new CfnOutput(stack, 'ActivityArn', { value: activity.activityArn })
  new CfnOutput(stack, 'ActivityName', { value: activity.activityName })
  new CfnOutput(stack, 'MachineArn', { value: machine.stateMachineArn })
  new CfnOutput(stack, 'AliasArn', { value: alias.attrArn })
  new CfnOutput(stack, 'FromFileArn', { value: fromFile.stateMachineArn })
  new CfnOutput(stack, 'LogGroupName', { value: logGroup.logGroupName })
  return app.synth().directory
}

describe('AWS::StepFunctions', () => {
  let on: StatesCloud
  let outputs: Readonly<Record<string, string>>
  beforeAll(async () => {
    on = await startStatesCloud()
    const [stack] = await on.cloud.deploy(synthesize())
    outputs = (stack?.outputs ?? {}) as Readonly<Record<string, string>>
  })
  afterAll(() => on.stop())

  it("runs a machine of CDK's constructs as its role, through an alias, with logs and metrics", async () => {
    const ran = await on.look(await on.start(outputs.AliasArn ?? '', { id: 7 }))
    expect(ran).toMatchObject({ status: 'SUCCEEDED', output: { id: 7 } })
    const logs = on.cloud.client(CloudWatchLogsClient)
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: outputs.LogGroupName }))
    const lines = events.map(({ message = '{}' }) => JSON.parse(message))
    expect(lines.map(({ type }) => type)).toEqual(ran.types)
    expect(lines[0]).toMatchObject({
      id: '1',
      previous_event_id: '0',
      details: { input: '{"id":7}' },
      execution_arn: ran.arn,
    })
    await on.clock.advance(60_000)
    const sent = 'arn:aws:states:::sqs:sendMessage'
    expect(await sum('ExecutionsSucceeded', 'StateMachineArn', outputs.MachineArn)).toBe(1)
    expect(await sum('ServiceIntegrationsSucceeded', 'ServiceIntegrationResourceArn', sent)).toBe(1)
  })

  async function sum(MetricName: string, Name: string, Value: string | undefined) {
    const { Datapoints } = await on.cloud.client(CloudWatchClient).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/States',
        MetricName,
        Dimensions: [{ Name, Value }],
        StartTime: new Date(on.clock.now() - 3_600_000),
        EndTime: new Date(on.clock.now() + 3_600_000),
        Period: 60,
        Statistics: ['Sum'],
      }),
    )
    return Datapoints?.[0]?.Sum
  }

  it('creates an activity', async () => {
    const { ActivityArn: activityArn, ActivityName } = outputs
    expect(ActivityName).toBe('picking')
    expect(await on.sfn.send(new DescribeActivityCommand({ activityArn }))).toMatchObject({
      activityArn,
      name: 'picking',
    })
  })

  it('reads a definition from an asset, with its substitutions', async () => {
    const stateMachineArn = outputs.FromFileArn ?? ''
    const { definition } = await on.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))
    expect(definition).toContain('"substituted"')
    expect((await on.look(await on.start(stateMachineArn))).output).toBe('substituted')
  })
})
