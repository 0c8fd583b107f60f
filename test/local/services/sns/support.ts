import {
  CreateTopicCommand,
  PublishCommand,
  type PublishCommandInput,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import type { CloudOptions } from '../../../../local/cloud.ts'
import { startEventsCloud } from '../events/support.ts'

/** A cloud with clients for topics and queues, and the few steps every test of topics takes. */
export async function startTopicsCloud(options: CloudOptions = {}) {
  const on = await startEventsCloud(options)
  const sns = on.cloud.client(SNSClient)
  const queue = (name: string, service = 'sns.amazonaws.com') => on.queue(name, service)
  const topic = async (Name: string, Attributes: Record<string, string> = {}): Promise<string> => {
    const fifo = Name.endsWith('.fifo') ? { FifoTopic: 'true' } : {}
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name, Attributes: { ...fifo, ...Attributes } }))
    return TopicArn
  }
  const subscribe = async (
    TopicArn: string,
    Endpoint: string,
    Attributes: Record<string, string> = {},
  ): Promise<string> => {
    const Protocol = Endpoint.split(':')[2] ?? ''
    const { SubscriptionArn = '' } = await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes }))
    return SubscriptionArn
  }
  const publish = (TopicArn: string, Message: string, more: Partial<PublishCommandInput> = {}) =>
    sns.send(new PublishCommand({ TopicArn, Message, ...more }))
  return { ...on, sns, queue, topic, subscribe, publish }
}

/** The error that a call ends with: its code on the wire and its text. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string | undefined; message: string }> {
  try {
    await call
  } catch (error) {
    const { Code, name, message } = error as Error & { Code?: string }
    return { code: Code ?? name, message }
  }
  throw new Error('The call was not refused')
}
