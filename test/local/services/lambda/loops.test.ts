import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import {
  AddPermissionCommand,
  GetFunctionRecursionConfigCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionRecursionConfigCommand,
} from '@aws-sdk/client-lambda'
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction } from './support/function.ts'
import { createQueue, map, queueActions } from './support/queue.ts'
import { recorder, recording } from './support/recorder.ts'

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
describe('a function that sends back to what invokes it', () => {
  let cloud: TestCloud
  let lambda: LambdaClient
  const records = recorder()
  beforeAll(async () => {
    cloud = await startTestCloud()
    lambda = cloud.client(LambdaClient)
  })
  afterAll(async () => {
    await cloud.stop()
    records.remove()
  })
  const runs = async () => {
    await cloud.clock.settle()
    return records.taken().length
  }
  const allow = (FunctionName: string, RecursiveLoop: 'Allow' | 'Terminate') =>
    lambda.send(new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop }))
  const rounds = (client: string, command: string, input: string) => `${recording}
    import { ${client}, ${command} } from '${clients[client]}'
    const client = new ${client}({})
    export const handler = async (event) => {
      record(process.env._X_AMZN_TRACE_ID)
      const left = Number(event.Records?.[0].body ?? event.Records?.[0].Sns?.Message) - 1
      if (left > 0) await client.send(new ${command}(${input}))
    }`
  const clients: Record<string, string> = {
    SQSClient: '@aws-sdk/client-sqs',
    SNSClient: '@aws-sdk/client-sns',
  }

  test('over a queue is stopped after 16 rounds, and its message goes where its queue gives it up to', async () => {
    const dead = await createQueue(cloud, 'loop-dead')
    const queue = await createQueue(cloud, 'loop', {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }),
    })
    const source = rounds('SQSClient', 'SendMessageCommand', `{ QueueUrl: '${queue.url}', MessageBody: String(left) }`)
    const { Environment } = records
    await createFunction(cloud, 'loop', source, { actions: [...queueActions, 'sqs:SendMessage'], Environment })
    await map(cloud, queue.arn, 'loop')
    const start = cloud.clock.now()
    await queue.send('40')
    expect(await runs()).toBe(16)
    await cloud.clock.advance(60_000)
    expect(await runs()).toBe(0)
    const { Messages = [] } = await cloud.client(SQSClient).send(new ReceiveMessageCommand({ QueueUrl: dead.url }))
    expect(Messages.map(({ Body }) => Body)).toEqual(['24'])
    const { Datapoints = [] } = await cloud.client(CloudWatchClient).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Lambda',
        MetricName: 'RecursiveInvocationsDropped',
        Dimensions: [{ Name: 'FunctionName', Value: 'loop' }],
        StartTime: new Date(start),
        EndTime: new Date(start + 3_600_000),
        Period: 3600,
        Statistics: ['Sum'],
      }),
    )
    expect(Datapoints[0]?.Sum).toBe(1)

    expect((await lambda.send(new GetFunctionRecursionConfigCommand({ FunctionName: 'loop' }))).RecursiveLoop).toBe(
      'Terminate',
    )
    await allow('loop', 'Allow')
    await queue.send('20')
    expect(await runs()).toBe(20)
    await expect(allow('loop', 'Some' as 'Allow')).rejects.toThrow(
      "Value 'Some' at 'recursiveLoop' failed to satisfy constraint: Member must satisfy enum value set: [Allow, Terminate]",
    )
  })

  test('over a topic is stopped, and its event goes to the dead-letter queue', async () => {
    const dead = await createQueue(cloud, 'topic-loop-dead')
    const sns = cloud.client(SNSClient)
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'loop' }))
    const source = rounds('SNSClient', 'PublishCommand', `{ TopicArn: '${TopicArn}', Message: String(left) }`)
    const arn = await createFunction(cloud, 'topic-loop', source, {
      actions: ['sns:Publish', 'sqs:SendMessage'],
      Environment: records.Environment,
      DeadLetterConfig: { TargetArn: dead.arn },
    })
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: 'topic-loop',
        StatementId: 's',
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
        SourceArn: TopicArn,
      }),
    )
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: arn }))
    await sns.send(new PublishCommand({ TopicArn, Message: '40' }))
    expect(await runs()).toBe(16)
    const { Messages = [] } = await cloud
      .client(SQSClient)
      .send(new ReceiveMessageCommand({ QueueUrl: dead.url, MessageAttributeNames: ['All'] }))
    expect(Messages[0]?.MessageAttributes?.ErrorMessage?.StringValue).toMatch(/^Lambda has detected your function/)
  })

  test('by calling itself is told so, and a caller from outside begins a chain of its own', async () => {
    await createFunction(cloud, 'called', 'export const handler = async () => process.env._X_AMZN_TRACE_ID')
    const call = async (trace?: string) => {
      const client = cloud.client(LambdaClient)
      client.middlewareStack.add(
        (next) => (given) => {
          if (trace) (given.request as { headers: Record<string, string> }).headers['x-amzn-trace-id'] = trace
          return next(given)
        },
        { step: 'build' },
      )
      const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'called' }))
      return JSON.parse(Payload?.transformToString() ?? '') as string
    }
    let trace = await call()
    expect(trace).toMatch(/;Lineage=1:[0-9a-f]{8}:1$/)
    for (let round = 2; round <= 16; round++) trace = await call(trace)
    await expect(call(trace)).rejects.toMatchObject({
      name: 'RecursiveInvocationException',
      message:
        "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
      $metadata: { httpStatusCode: 400 },
    })
    expect(await call()).toMatch(/:1$/)
  })
})
