import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { SendTaskFailureCommand, SendTaskHeartbeatCommand, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Iam } from '../../../../local/services/iam/index.ts'
import { allow } from '../events/support.ts'
import { createFunction } from '../lambda/support/function.ts'
import { type StatesCloud, single, startStatesCloud } from './support.ts'

const task = (Resource: string, Parameters: object, more: object = {}) =>
  single({ Type: 'Task', Resource: `arn:aws:states:::${Resource}`, Parameters, End: true, ...more })

describe('integrations', () => {
  let on: StatesCloud
  let sqs: SQSClient
  beforeAll(async () => {
    on = await startStatesCloud()
    sqs = on.cloud.client(SQSClient)
    await on.cloud.client(DynamoDBClient).send(
      new CreateTableCommand({
        TableName: 'orders',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    )
    // The table becomes active.
    await on.clock.advance(60_000)
    await createFunction(on.cloud, 'echo', 'export const handler = async (event) => event')
  })
  afterAll(() => on.stop())

  const queue = async (name: string, ...services: string[]) => {
    const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }))
    const arn = `arn:aws:sqs:us-east-1:000000000000:${name}`
    for (const service of services)
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: allow(service, arn) } }))
    return { url, arn }
  }
  const bodies = async (url: string): Promise<string[]> => {
    await on.clock.settle()
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }))
    return Messages.map(({ Body = '' }) => Body)
  }

  it('sqs:sendMessage sends an object as its text and answers with metadata', async () => {
    const { url } = await queue('sent')
    const { output } = await on.run(task('sqs:sendMessage', { QueueUrl: url, MessageBody: { id: 1 } }))
    expect(await bodies(url)).toEqual(['{"id":1}'])
    expect(Object.keys(output as object)).toEqual([
      'MD5OfMessageBody',
      'MessageId',
      'SdkHttpMetadata',
      'SdkResponseMetadata',
    ])
  })

  it('journals what a task does with the execution as its cause', async () => {
    const { url } = await queue('journalled')
    const { arn } = await on.run(task('sqs:sendMessage', { QueueUrl: url, MessageBody: 'x' }))
    const { journal } = on.cloud.kernel
    const story: string[] = []
    let seq = journal.entries(({ subject }) => subject === 'sqs:SendMessage').at(-1)?.seq
    while (seq !== undefined) {
      const [entry] = journal.entries((candidate) => candidate.seq === seq)
      story.push(`${entry?.kind} ${entry?.subject}`)
      seq = entry?.cause
    }
    expect(story).toEqual([
      'api sqs:SendMessage',
      'task sqs:SendMessage',
      `execution ${arn}`,
      'api states:StartExecution',
    ])
  })

  it('sns:publish reaches the subscribers', async () => {
    const { url, arn } = await queue('subscribed', 'sns.amazonaws.com')
    const sns = on.cloud.client(SNSClient)
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'news' }))
    await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn, Attributes: { RawMessageDelivery: 'true' } }),
    )
    await on.run(task('sns:publish', { TopicArn, Message: { a: 1 } }))
    expect(await bodies(url)).toEqual(['{"a":1}'])
  })

  it('events:putEvents puts an object as the detail, names machine and execution, and fails with an entry', async () => {
    const { url, arn } = await queue('routed', 'events.amazonaws.com')
    const events = on.cloud.client(EventBridgeClient)
    await events.send(new PutRuleCommand({ Name: 'orders', EventPattern: JSON.stringify({ source: ['shop'] }) }))
    await events.send(new PutTargetsCommand({ Rule: 'orders', Targets: [{ Id: 'q', Arn: arn }] }))
    const entry = { Source: 'shop', DetailType: 'Placed', Detail: { id: 7 }, Resources: ['own'] }
    const ran = await on.run(task('events:putEvents', { Entries: [entry] }))
    expect(ran.output).toEqual({ Entries: [{ EventId: expect.any(String) }], FailedEntryCount: 0 })
    const [event] = (await bodies(url)).map((body) => JSON.parse(body))
    expect(event.detail).toEqual({ id: 7 })
    expect(event.resources).toEqual(['own', expect.stringContaining(':stateMachine:'), ran.arn])
    const failed = await on.run(task('events:putEvents', { Entries: [{ ...entry, Detail: '"text"' }] }))
    expect(failed.error).toBe('EventBridge.FailedEntry')
    expect(JSON.parse(failed.cause ?? '')).toEqual({
      Entries: [{ ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }],
      FailedEntryCount: 1,
    })
  })

  it('dynamodb: puts, updates, gets and deletes an item', async () => {
    const key = { id: { S: 'a' } }
    await on.run(task('dynamodb:putItem', { TableName: 'orders', Item: { ...key, n: { N: '1' } } }))
    await on.run(
      task('dynamodb:updateItem', {
        TableName: 'orders',
        Key: key,
        UpdateExpression: 'SET n = n + :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    )
    const { output } = await on.run(task('dynamodb:getItem', { TableName: 'orders', Key: key }))
    expect(output).toMatchObject({ Item: { id: { S: 'a' }, n: { N: '2' } } })
    await on.run(task('dynamodb:deleteItem', { TableName: 'orders', Key: key }))
    expect(
      (await on.cloud.client(DynamoDBClient).send(new GetItemCommand({ TableName: 'orders', Key: key }))).Item,
    ).toBe(undefined)
  })

  it("an error of DynamoDB has Java's name: old for the optimized integration, new for the SDK's", async () => {
    const parameters = { TableName: 'none', Item: { id: { S: 'a' } } }
    const optimized = await on.run(task('dynamodb:putItem', parameters))
    expect(optimized.error).toBe('DynamoDB.ResourceNotFoundException')
    expect(optimized.cause).toMatch(
      /^Requested resource not found \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: [\w-]+; Proxy: null\)$/,
    )
    const sdk = await on.run(task('aws-sdk:dynamodb:putItem', parameters))
    expect(sdk.error).toBe('DynamoDb.ResourceNotFoundException')
    expect(sdk.cause).toMatch(
      /^Requested resource not found \(Service: DynamoDb, Status Code: 400, Request ID: [\w-]+\)$/,
    )
    const wrong = await on.run(task('aws-sdk:dynamodb:putItem', { TableName: 'orders', Item: {} }))
    expect(wrong.error).toBe('DynamoDb.DynamoDbException')
  })

  it('aws-sdk calls any service: parameters in Pascal case, times as text, no metadata', async () => {
    await on.cloud.client(DynamoDBClient).send(new PutItemCommand({ TableName: 'orders', Item: { id: { S: 'q' } } }))
    const scanned = await on.run(task('aws-sdk:dynamodb:scan', { TableName: 'orders' }))
    expect(scanned.output).toMatchObject({ Count: 1, Items: [{ id: { S: 'q' } }] })
    const listed = await on.run(task('aws-sdk:sfn:listStateMachines', { MaxResults: 1 }))
    expect(listed.output).toMatchObject({
      StateMachines: [{ Name: expect.any(String), CreationDate: '2026-01-01T00:01:00.000Z' }],
    })
    const logs = { LogGroupName: '/made/by/a/machine' }
    await on.run(task('aws-sdk:cloudwatchlogs:createLogGroup', logs))
    const found = await on.run(task('aws-sdk:cloudwatchlogs:describeLogGroups', { LogGroupNamePrefix: '/made' }))
    expect(found.output).toMatchObject({ LogGroups: [logs] })
    const nested = { QueueUrl: 'q', MessageBody: 'b', MessageAttributes: { a: { Nonsense: 1 } } }
    const unknown = await on.run(task('aws-sdk:sqs:sendMessage', nested))
    const said = "[The field 'Nonsense' is not supported by Step Functions]"
    expect(unknown).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining(said) })
    const wrong = await on.run(task('aws-sdk:sqs:sendMessage', { QueueUrl: 1, MessageBody: 'b' }))
    expect(wrong.cause).toContain(
      `The Parameters '{"QueueUrl":1,"MessageBody":"b"}' could not be used to start the Task: [The value for the field 'QueueUrl' must be a STRING]`,
    )
  })

  it('lambda:invoke.waitForTaskToken waits for whoever has the token, through heartbeats, and may be failed', async () => {
    const definition = task(
      'lambda:invoke.waitForTaskToken',
      { FunctionName: 'echo', Payload: { 'token.$': '$$.Task.Token' } },
      { HeartbeatSeconds: 10 },
    )
    const arn = await on.start(await on.machine(definition))
    const { events } = await on.look(arn)
    const scheduled = JSON.parse(events[2]?.taskScheduledEventDetails?.parameters ?? '{}')
    expect(events[2]?.taskScheduledEventDetails?.heartbeatInSeconds).toBe(10)
    const taskToken: string = scheduled.Payload.token
    await on.clock.advance(9_000)
    await on.sfn.send(new SendTaskHeartbeatCommand({ taskToken }))
    await on.clock.advance(9_000)
    expect((await on.look(arn)).status).toBe('RUNNING')
    await on.sfn.send(new SendTaskFailureCommand({ taskToken, error: 'Refused', cause: 'no funds' }))
    expect(await on.look(arn)).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'no funds' })
  })

  it.each(['is stopped', 'times out'])('stops the nested execution when the task that waits for it %s', async (how) => {
    const StateMachineArn = await on.machine(single({ Type: 'Wait', Seconds: 600, End: true }))
    const parent = task('states:startExecution.sync:2', { StateMachineArn }, { TimeoutSeconds: 60 })
    const arn = await on.start(await on.machine(parent))
    const { events } = await on.look(arn)
    const { ExecutionArn } = JSON.parse(events[4]?.taskSubmittedEventDetails?.output ?? '{}')
    if (how === 'is stopped') await on.sfn.send(new StopExecutionCommand({ executionArn: arn }))
    else await on.clock.advance(60_000)
    expect((await on.look(arn)).status).toBe(how === 'is stopped' ? 'ABORTED' : 'FAILED')
    expect((await on.look(ExecutionArn)).status).toBe('ABORTED')
  })

  it('lambda:invoke hands a text over as JSON', async () => {
    const { output } = await on.run(task('lambda:invoke', { FunctionName: 'echo', Payload: 'plain' }))
    expect(output).toMatchObject({ Payload: 'plain' })
  })

  it('answers a token only for who may on its state machine', async () => {
    const definition = task('lambda:invoke.waitForTaskToken', {
      FunctionName: 'echo',
      Payload: { 'token.$': '$$.Task.Token' },
    })
    const machine = await on.machine(definition)
    const arn = await on.start(machine)
    const { events } = await on.look(arn)
    const taskToken: string = JSON.parse(events[2]?.taskScheduledEventDetails?.parameters ?? '{}').Payload.token
    const answerAs = async (Resource: string) => {
      const roleArn = await on.role(['states:SendTaskSuccess'], undefined, Resource)
      const caller = on.cloud.context.service<Iam>('iam').assume('states.amazonaws.com', roleArn)
      return on.cloud.context.call({
        caller,
        service: 'states',
        action: 'SendTaskSuccess',
        input: { taskToken, output: '{}' },
      })
    }
    await expect(answerAs(`${machine}-other`)).rejects.toMatchObject({ code: 'AccessDeniedException' })
    await answerAs(machine)
    expect((await on.look(arn)).status).toBe('SUCCEEDED')
  })

  it("runs as the machine's role: what the role may not, the task may not", async () => {
    const { url } = await queue('closed')
    const definition = task('sqs:sendMessage', { QueueUrl: url, MessageBody: 'x' })
    const refused = await on.look(await on.start(await on.machine(definition, { roleArn: await on.role([]) })))
    expect(refused.error).toBe('SQS.AmazonSQSException')
    expect(refused.cause).toContain('is not authorized to perform: sqs:sendmessage')
    const allowed = await on.machine(definition, { roleArn: await on.role(['sqs:SendMessage']) })
    expect((await on.look(await on.start(allowed))).status).toBe('SUCCEEDED')
    const none = await on.machine(definition, { roleArn: 'arn:aws:iam::000000000000:role/none' })
    expect((await on.look(await on.start(none))).error).toBe('States.TaskFailed')
  })

  it('tells the default bus of each new status, and a rule may start executions', async () => {
    const { url, arn } = await queue('statuses', 'events.amazonaws.com')
    const events = on.cloud.client(EventBridgeClient)
    const stateMachineArn = await on.machine(single({ Type: 'Pass', End: true }))
    const pattern = { source: ['aws.states'], detail: { stateMachineArn: [stateMachineArn] } }
    await events.send(new PutRuleCommand({ Name: 'statuses', EventPattern: JSON.stringify(pattern) }))
    await events.send(new PutTargetsCommand({ Rule: 'statuses', Targets: [{ Id: 'q', Arn: arn }] }))
    const execution = await on.look(await on.start(stateMachineArn, { a: 1 }))
    const told = (await bodies(url)).map((body) => JSON.parse(body))
    told.sort((a, b) => a.detail.status.localeCompare(b.detail.status))
    expect(told.map(({ detail }) => detail.status)).toEqual(['RUNNING', 'SUCCEEDED'])
    expect(told[1]).toMatchObject({
      'detail-type': 'Step Functions Execution Status Change',
      resources: [execution.arn],
      detail: { executionArn: execution.arn, input: '{"a":1}', output: '{"a":1}', inputDetails: { included: true } },
    })
    const RoleArn = await targetRole()
    await events.send(new PutRuleCommand({ Name: 'start', EventPattern: JSON.stringify({ source: ['go'] }) }))
    await events.send(
      new PutTargetsCommand({
        Rule: 'start',
        Targets: [{ Id: 'm', Arn: stateMachineArn, RoleArn, InputPath: '$.detail' }],
      }),
    )
    await on.run(task('events:putEvents', { Entries: [{ Source: 'go', DetailType: 'Go', Detail: { by: 'rule' } }] }))
    expect((await bodies(url)).some((body) => JSON.parse(body).detail.input === '{"by":"rule"}')).toBe(true)
  })

  async function targetRole(): Promise<string> {
    const { CreateRoleCommand, IAMClient, PutRolePolicyCommand } = await import('@aws-sdk/client-iam')
    const iam = on.cloud.client(IAMClient)
    const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    const trust = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'target', AssumeRolePolicyDocument: policy(trust) }),
    )
    const PolicyDocument = policy({ Effect: 'Allow', Action: 'states:StartExecution', Resource: '*' })
    await iam.send(new PutRolePolicyCommand({ RoleName: 'target', PolicyName: 'start', PolicyDocument }))
    return Role?.Arn ?? ''
  }

  it.each(['refuse', 'lose-result'] as const)(
    'fault point states.task: %s fails the task as a lost connection',
    async (fault) => {
      const { url } = await queue(fault)
      on.cloud.kernel.faults.use((point) => (point === 'states.task' ? fault : 'none'))
      const Retry = [{ ErrorEquals: ['SQS.SdkClientException'], MaxAttempts: 1 }]
      const arn = await on.start(
        await on.machine(task('sqs:sendMessage', { QueueUrl: url, MessageBody: 'x' }, { Retry })),
      )
      await on.look(arn)
      on.cloud.kernel.faults.use(undefined)
      await on.clock.advance(1_000)
      expect((await on.look(arn)).status).toBe('SUCCEEDED')
      expect(await bodies(url)).toEqual(fault === 'refuse' ? ['x'] : ['x', 'x'])
    },
  )
})
