import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { variables } from '../../messaging/index.ts'
import type { Operation, OperationAnswer } from '../../messaging/operation.ts'
import { startRelay } from '../../messaging/runtime/relay.ts'
import { openRelayLab, type RelayLab } from './relay-lab.ts'
import { envelope, fixedPorts } from './support.ts'

const context = { functionName: 'shop-orders-relay', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 }
const GROUP = 'late.fifo#'

let lab: RelayLab
beforeEach(async () => {
  lab = await openRelayLab()
})
afterEach(() => lab.stop())

const ask = (event: object): Promise<unknown> => startRelay(fixedPorts())(event as never, context)
const operate = (operation: Operation) => ask(operation) as Promise<OperationAnswer>
const relayOf = async (...rows: string[]) => {
  const records = await lab.streamed()
  return ask({ Records: records.filter(({ dynamodb }) => rows.includes(String(dynamodb.NewImage?.pk?.S).slice(18))) })
}
const opened = (n: number) => envelope({ id: `opened-${n}`, type: 'orders.OrderOpened', partitionkey: 'o-1', seq: n })
const groups = async () => [...new Set((await lab.parked()).map(({ pk }) => pk.slice('park#relay#'.length)))]

/** Events 1 to 3 of one key, parked on their way to a topic that is not there. */
async function parkThree(): Promise<string> {
  const late = `${lab.topicArn.slice(0, lab.topicArn.lastIndexOf(':'))}:late.fifo`
  process.env[variables.destinations] = JSON.stringify({ topics: { 'orders.OrderOpened': late }, queues: {} })
  for (const n of [1, 2, 3]) await lab.commit(String(n), [opened(n)])
  await relayOf('1', '2', '3')
  const [group = ''] = await groups()
  expect(group.startsWith(GROUP)).toBe(true)
  return group
}

async function makeTopic(): Promise<void> {
  const sns = lab.cloud.client(SNSClient)
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'late.fifo', Attributes: { FifoTopic: 'true' } }))
  const Endpoint = `arn:aws:sqs:${lab.cloud.region}:000000000000:ordered.fifo`
  await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { RawMessageDelivery: 'true' } }),
  )
}

const ordered = async () => {
  await lab.cloud.clock.advance(1_000)
  return lab.received('ordered.fifo')
}

describe('what a relay has parked', () => {
  it('leaves in order and as it was committed when it is resumed, and what comes later goes its way again', async () => {
    const group = await parkThree()
    expect(await operate({ penstock: 'resume', group })).toMatchObject({
      ...{ done: 0, left: true },
      stopped: { class: 'NotFoundException' },
    })
    await makeTopic()
    expect(await operate({ penstock: 'resume', group })).toEqual({ done: 3, left: false })
    expect(await lab.parked()).toEqual([])
    await lab.commit('4', [opened(4)])
    await relayOf('4')
    expect(await ordered()).toEqual([opened(1), opened(2), opened(3), opened(4)])
    expect(await lab.parked()).toEqual([])
  })

  it('is not overtaken by what the relay ships while it is resumed', async () => {
    const group = await parkThree()
    await makeTopic()
    await lab.commit('4', [opened(4)])
    await Promise.all([operate({ penstock: 'resume', group }), relayOf('4')])
    await operate({ penstock: 'resume', group })
    expect((await ordered()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    expect(await lab.parked()).toEqual([])
  })

  it('goes to the dead-letter queue when it is skipped, and comes back to its place from there', async () => {
    const group = await parkThree()
    process.env[variables.deadLetterQueueUrl] = `${lab.cloud.endpoint}/000000000000/commands`
    const [first, second] = await lab.parked()
    await makeTopic()
    const place = String(second?.sk).slice('message#'.length)
    expect(await operate({ penstock: 'skip', group, place })).toEqual({ done: 1, left: true })
    const sqs = lab.cloud.client(SQSClient)
    const { Messages: [letter] = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: process.env[variables.deadLetterQueueUrl],
        MessageAttributeNames: ['All'],
      }),
    )
    expect(letter?.MessageAttributes).toMatchObject({
      'error-class': { StringValue: 'Dead/Skipped' },
      'envelope-id': { StringValue: 'opened-2' },
      source: { StringValue: 'orders.place' },
    })
    expect(await ask(JSON.parse(letter?.Body ?? ''))).toEqual({ done: 1, left: true })
    expect((await lab.parked()).map(({ sk }) => sk)).toEqual([first?.sk, second?.sk, expect.any(String)])
    expect(await operate({ penstock: 'resume', group })).toEqual({ done: 3, left: false })
    expect((await ordered()).map(({ seq }) => seq)).toEqual([1, 2, 3])
  })

  it('stays where it is while its producer does not declare it, or nobody can read it', async () => {
    await lab.commit('1', [envelope({ id: 'forged', type: 'payments.PaymentTaken' })])
    await lab.put({ pk: { S: 'mark#orders.place#2' }, sk: { S: '-' }, _out: { S: 'no JSON' } })
    await relayOf('1', '2')
    const resume = () => operate({ penstock: 'resume', group: 'quarantine' })
    expect(await resume()).toMatchObject({ done: 0, stopped: { class: 'Quarantined' } })
    process.env[variables.manifest] = JSON.stringify({ 'orders.place': ['payments.PaymentTaken'] })
    expect(await resume()).toMatchObject({ done: 1, left: true, stopped: { class: 'Malformed' } })
    await lab.cloud.clock.advance(1_000)
    expect((await lab.parked()).map(({ body }) => body)).toEqual(['no JSON'])
  })
})
