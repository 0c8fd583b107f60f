import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Iam } from '../../../../local/services/iam/index.ts'
import { createFunction } from '../lambda/support/function.ts'
import { refusal, startTopicsCloud } from '../sns/support.ts'
import { entry } from './support.ts'

const ACCOUNT = '000000000000'
const orders = { source: ['shop.orders'] }

describe('with the other services', () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  beforeEach(async () => {
    on = await startTopicsCloud()
  })
  afterEach(() => on.stop())

  /** Keys of a role allowed these statements. */
  const keys = async (RoleName: string, ...statements: object[]) => {
    const iam = on.cloud.client(IAMClient)
    const trust = { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' }
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) }))
    const PolicyDocument = JSON.stringify({ Statement: statements.map((one) => ({ Effect: 'Allow', ...one })) })
    if (statements.length > 0) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }))
    return on.cloud.context.service<Iam>('iam').issueSession(`arn:aws:iam::${ACCOUNT}:role/${RoleName}`, 's')
  }

  const echo = async (name: string, principal: string, SourceArn: string) => {
    const queue = await on.queue(`${name}-log`)
    const source = `import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'
      export const handler = async (event) => {
        await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: JSON.stringify(event) }))
      }`
    const arn = await createFunction(on.cloud, name, source, {
      actions: ['sqs:SendMessage'],
      Environment: { Variables: { QUEUE: queue.url } },
    })
    await on.cloud.client(LambdaClient).send(
      new AddPermissionCommand({
        ...{ FunctionName: name, StatementId: 's', Action: 'lambda:InvokeFunction', Principal: principal },
        SourceArn,
      }),
    )
    return { arn, events: async () => (await on.bodies(queue.url)).map((body) => JSON.parse(body)) }
  }

  it('a function gets the event of a rule, where its policy allows the rule', async () => {
    const rule = (name: string) => `arn:aws:events:us-east-1:${ACCOUNT}:rule/${name}`
    const allowed = await echo('allowed', 'events.amazonaws.com', rule('to-allowed'))
    const refused = await echo('refused', 'events.amazonaws.com', rule('another'))
    const letters = await on.queue('letters', 'events.amazonaws.com')
    await on.rule(orders, [{ Id: 'f', Arn: allowed.arn, InputPath: '$.detail' }], 'to-allowed')
    await on.rule(orders, [{ Id: 'f', Arn: refused.arn, DeadLetterConfig: { Arn: letters.arn } }], 'to-refused')
    await on.events.send(new PutEventsCommand({ Entries: [entry({ id: 1 })] }))
    expect(await allowed.events()).toEqual([{ id: 1 }])
    expect(await refused.events()).toEqual([])
    const [letter] = await on.received(letters.url)
    expect(letter?.MessageAttributes?.ERROR_CODE?.StringValue).toBe('NO_PERMISSIONS')
  })

  it('a function gets a notification as SNS words it', async () => {
    const topic = await on.topic('orders')
    const echoed = await echo('echo', 'sns.amazonaws.com', topic)
    await on.subscribe(topic, echoed.arn)
    const { MessageId } = await on.publish(topic, 'hello', { Subject: 'greeting' })
    const [event] = await echoed.events()
    expect(event).toEqual({
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: expect.stringMatching(new RegExp(`^${topic}:`)),
          Sns: {
            ...{ Type: 'Notification', MessageId, TopicArn: topic, Subject: 'greeting', Message: 'hello' },
            ...{ Timestamp: '2026-01-01T00:00:00.000Z', MessageAttributes: {} },
            ...{ SignatureVersion: '1', Signature: expect.any(String) },
            SigningCertUrl: expect.stringContaining('https://sns.us-east-1.amazonaws.com/'),
            UnsubscribeUrl: expect.stringContaining(`SubscriptionArn=${topic}:`),
          },
        },
      ],
    })
  })

  it('a log group gets the event of a rule, where the policy of its account allows it', async () => {
    const logs = on.cloud.client(CloudWatchLogsClient)
    const logGroupName = '/aws/events/orders'
    await logs.send(new CreateLogGroupCommand({ logGroupName }))
    const Arn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${logGroupName}`
    const letters = await on.queue('letters', 'events.amazonaws.com')
    await on.rule(orders, [{ Id: 'log', Arn, DeadLetterConfig: { Arn: letters.arn } }])
    const put = () => on.events.send(new PutEventsCommand({ Entries: [entry({ id: 1 })] }))
    await put()
    expect(await on.received(letters.url)).toHaveLength(1)
    const Principal = { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] }
    const Action = ['logs:CreateLogStream', 'logs:PutLogEvents']
    const Statement = [{ Effect: 'Allow', Principal, Action, Resource: `${Arn}:*` }]
    const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await logs.send(new PutResourcePolicyCommand({ policyName: 'events', policyDocument }))
    await put()
    await on.clock.settle()
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }))
    expect(events.map(({ message = '{}' }) => JSON.parse(message).detail)).toEqual([{ id: 1 }])
    const InputTransformer = {
      InputPathsMap: { time: '$.time', type: '$.detail-type' },
      InputTemplate: '{"timestamp": <time>, "message": "of <type>"}',
    }
    await on.rule(orders, [{ Id: 'log', Arn, InputTransformer }])
    await on.clock.advance(60_000)
    await on.events.send(new PutEventsCommand({ Entries: [entry({}, { Time: new Date(on.clock.now() - 30_000) })] }))
    await on.clock.settle()
    const transformed = (await logs.send(new FilterLogEventsCommand({ logGroupName }))).events?.at(-1)
    expect(transformed).toMatchObject({ timestamp: on.clock.now() - 30_000, message: 'of OrderPlaced' })
  })

  it('a role puts events only where it may', async () => {
    const bus = (name: string) => `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/${name}`
    const session = await keys('putter', { Action: 'events:PutEvents', Resource: bus('shop') })
    const events = on.cloud.client(EventBridgeClient, session)
    expect(await refusal(events.send(new PutEventsCommand({ Entries: [entry({})] })))).toEqual({
      code: 'AccessDeniedException',
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/putter/s is not authorized to perform: events:PutEvents on ` +
        `resource: ${bus('default')} because no identity-based policy allows the events:PutEvents action`,
    })
  })

  it('a role publishes only where it may, and to an encrypted topic only with its key', async () => {
    const { KeyMetadata } = await on.cloud.client(KMSClient).send(new CreateKeyCommand({}))
    const topic = await on.topic('orders')
    const secret = await on.topic('secret', { KmsMasterKeyId: KeyMetadata?.KeyId ?? '' })
    const client = async (name: string, ...statements: object[]) =>
      on.cloud.client(SNSClient, await keys(name, ...statements))
    const none = await client('none')
    const [TopicArn, Message] = [topic, 'm']
    const denied = await refusal(none.send(new PublishCommand({ TopicArn, Message })))
    expect(denied).toEqual({
      code: 'AuthorizationError',
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/none/s is not authorized to perform: SNS:Publish on resource: ` +
        `${topic} because no identity-based policy allows the SNS:Publish action`,
    })
    const publisher = await client('publisher', { Action: 'sns:Publish', Resource: '*' })
    await publisher.send(new PublishCommand({ TopicArn, Message }))
    expect(await refusal(publisher.send(new PublishCommand({ TopicArn: secret, Message })))).toMatchObject({
      code: 'KMSAccessDenied',
    })
    const keyed = await client(
      'keyed',
      { Action: 'sns:Publish', Resource: '*' },
      { Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: KeyMetadata?.Arn },
    )
    const { Successful } = await keyed.send(
      new PublishBatchCommand({ TopicArn: secret, PublishBatchRequestEntries: [{ Id: 'a', Message }] }),
    )
    expect(Successful).toHaveLength(1)
  })

  it('a role is given to a target or a schedule only by whom may pass it', async () => {
    const session = await keys('giver', { Action: ['events:*', 'scheduler:*'], Resource: '*' })
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/giver`
    const events = on.cloud.client(EventBridgeClient, session)
    await events.send(new PutRuleCommand({ Name: 'rule', EventPattern: JSON.stringify(orders) }))
    const Targets = [{ Id: 'bus', Arn: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/other`, RoleArn }]
    // Told by the service that was called, not by IAM.
    const passing = { code: 'AccessDeniedException', message: expect.stringContaining('iam:PassRole on resource: ') }
    expect(await refusal(events.send(new PutTargetsCommand({ Rule: 'rule', Targets })))).toMatchObject(passing)
    const schedule = new CreateScheduleCommand({
      ...{ Name: 'schedule', ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: { Arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:q`, RoleArn },
    })
    expect(await refusal(on.cloud.client(SchedulerClient, session).send(schedule))).toMatchObject(passing)
  })
})
