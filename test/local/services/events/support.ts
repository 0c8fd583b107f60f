import { EventBridgeClient, PutRuleCommand, PutTargetsCommand, type Target } from '@aws-sdk/client-eventbridge'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { CloudOptions } from '../../../../local/cloud.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

/** A cloud with clients for events and queues, and the few steps every test of targets takes. */
export async function startEventsCloud(options: CloudOptions = {}) {
  const cloud = await startTestCloud(options)
  const events = cloud.client(EventBridgeClient)
  const sqs = cloud.client(SQSClient)
  return { cloud, events, sqs, clock: cloud.clock, stop: () => cloud.stop(), ...steps(cloud, events, sqs) }
}

export interface TestQueue {
  readonly url: string
  readonly arn: string
}

const attributesOfName = (name: string): Record<string, string> =>
  name.endsWith('.fifo') ? { FifoQueue: 'true', ContentBasedDeduplication: 'true' } : {}

function steps(cloud: TestCloud, events: EventBridgeClient, sqs: SQSClient) {
  const queue = async (name: string, service: string | undefined = 'events.amazonaws.com'): Promise<TestQueue> => {
    const { QueueUrl: url = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributesOfName(name) }),
    )
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    )
    const arn = Attributes?.QueueArn ?? ''
    if (service)
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: allow(service, arn) } }))
    return { url, arn }
  }
  const received = async (url: string): Promise<Message[]> => {
    await cloud.clock.settle()
    const all: Message[] = []
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: 10,
          AttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      )
      if (Messages.length === 0) return all
      all.push(...Messages)
      for (const { ReceiptHandle } of Messages)
        await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))
    }
  }
  const bodies = async (url: string): Promise<string[]> => (await received(url)).map(({ Body = '' }) => Body)
  const rule = async (pattern: object, targets: Target[], Name = 'rule', EventBusName = 'default'): Promise<string> => {
    const { RuleArn = '' } = await events.send(
      new PutRuleCommand({ Name, EventBusName, EventPattern: JSON.stringify(pattern) }),
    )
    await events.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets: targets }))
    return RuleArn
  }
  /** A role that rules may take, with leave to do one thing. */
  const role = async (RoleName: string, Action: string, Service = 'events.amazonaws.com'): Promise<string> => {
    const iam = cloud.client(IAMClient)
    const trust = { Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] }
    const AssumeRolePolicyDocument = JSON.stringify(trust)
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
    const PolicyDocument = JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'may', PolicyDocument }))
    return Role?.Arn ?? ''
  }
  return { queue, received, bodies, rule, role }
}

/** A queue policy that lets a service send. */
export const allow = (service: string, queueArn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sqs:SendMessage', Resource: queueArn }],
  })

/** An entry for PutEvents. */
export const entry = (detail: object, more: object = {}) => ({
  Source: 'shop.orders',
  DetailType: 'OrderPlaced',
  Detail: JSON.stringify(detail),
  ...more,
})
