import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { variables } from '../../messaging/index.ts'
import { startRelay } from '../../messaging/runtime/relay.ts'
import type { StreamRecord } from '../../messaging/runtime/stream-record.ts'
import { testStart } from '../support/cloud.ts'
import { openRelayLab, type RelayLab } from './relay-lab.ts'
import { envelope, fixedPorts } from './support.ts'

const context = { functionName: 'shop-orders-relay', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 }

let lab: RelayLab
beforeEach(async () => {
  lab = await openRelayLab()
})
afterEach(() => lab.stop())

const relay = async (records?: readonly StreamRecord[]) =>
  startRelay(fixedPorts())({ Records: records ?? (await lab.streamed()) }, context)

const opened = (n: number, key = 'o-1') =>
  envelope({ id: `opened-${key}-${n}`, type: 'orders.OrderOpened', partitionkey: key, seq: n })

describe('the relay', () => {
  it('ships events to the bus, ordered ones also to their topic, commands to their queue after their delay', async () => {
    const due = new Date(testStart + 60_000).toISOString()
    const command = envelope({ id: 'ship-1', type: 'orders.Ship', notbefore: due })
    await lab.commit('1', [envelope({ id: 'placed-1' }), opened(1)])
    await lab.commit('2', [command], { kind: 'command' })
    expect(await relay()).toEqual({ batchItemFailures: [] })
    await lab.cloud.clock.advance(59_000)
    expect((await lab.received('seen')).map(({ id }) => id).sort()).toEqual(['opened-o-1-1', 'placed-1'])
    expect(await lab.received('ordered.fifo')).toEqual([opened(1)])
    expect(await lab.received('commands')).toEqual([])
    await lab.cloud.clock.advance(1_000)
    expect(await lab.received('commands')).toEqual([command])
  })

  it('keeps the order of a key', async () => {
    for (let n = 1; n <= 4; n++) await lab.commit(String(n), [opened(n), opened(n, 'o-2')])
    await relay()
    await lab.cloud.clock.advance(1_000)
    const order = await lab.received('ordered.fifo')
    for (const key of ['o-1', 'o-2'])
      expect(order.filter(({ partitionkey }) => partitionkey === key).map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
  })

  it('published again has the same id, and a FIFO topic drops it', async () => {
    await lab.commit('1', [opened(1)])
    await relay()
    await relay()
    await lab.cloud.clock.advance(1_000)
    expect((await lab.received('ordered.fifo')).map(({ id }) => id)).toEqual(['opened-o-1-1'])
    expect((await lab.received('seen')).map(({ id }) => id)).toEqual(['opened-o-1-1', 'opened-o-1-1'])
  })

  it('quarantines what its producer did not declare, and ships the rest', async () => {
    await lab.commit('1', [envelope({ id: 'forged', type: 'payments.PaymentTaken' }), envelope({ id: 'placed-1' })])
    await lab.commit('2', [envelope({ id: 'stranger' })], { by: 'orders.unknown' })
    expect(await relay()).toEqual({ batchItemFailures: [] })
    await lab.cloud.clock.advance(1_000)
    expect((await lab.received('seen')).map(({ id }) => id)).toEqual(['placed-1'])
    expect((await lab.parked()).map(({ code, producer }) => [code, producer])).toEqual([
      ['Quarantined', 'orders.place'],
      ['Quarantined', 'orders.unknown'],
    ])
  })

  it('parks what cannot be read or has no destination, and the shard goes on', async () => {
    await lab.put({ pk: { S: 'mark#orders.place#1' }, sk: { S: '-' }, _out: { S: 'no JSON' } })
    process.env[variables.destinations] = '{"topics":{},"queues":{}}'
    await lab.commit('2', [envelope({ id: 'ship-1', type: 'orders.Ship' })], { kind: 'command' })
    await lab.commit('3', [envelope({ id: 'placed-1' })])
    await lab.commit('4', [envelope({ id: 'placed-2' })], { kind: 'parcel' })
    expect(await relay()).toEqual({ batchItemFailures: [] })
    await lab.cloud.clock.advance(1_000)
    expect((await lab.parked()).map(({ code }) => code)).toEqual(['Malformed', 'NoDestination', 'Malformed'])
    expect((await lab.received('seen')).map(({ id }) => id)).toEqual(['placed-1'])
  })

  it('parks a group whose topic refuses it; what comes later waits behind it, in order', async () => {
    const late = `${lab.topicArn.slice(0, lab.topicArn.lastIndexOf(':'))}:late.fifo`
    process.env[variables.destinations] = JSON.stringify({ topics: { 'orders.OrderOpened': late }, queues: {} })
    await lab.commit('1', [opened(1)])
    await lab.commit('2', [opened(2)])
    expect(await relay()).toEqual({ batchItemFailures: [] })
    const sns = lab.cloud.client(SNSClient)
    await sns.send(new CreateTopicCommand({ Name: 'late.fifo', Attributes: { FifoTopic: 'true' } }))
    const Endpoint = `arn:aws:sqs:${lab.cloud.region}:000000000000:ordered.fifo`
    const Attributes = { RawMessageDelivery: 'true' }
    await sns.send(new SubscribeCommand({ TopicArn: late, Protocol: 'sqs', Endpoint, Attributes }))
    await lab.commit('3', [opened(3), opened(1, 'o-2')])
    await relay((await lab.streamed()).filter(({ dynamodb }) => dynamodb.NewImage?.pk?.S === 'mark#orders.place#3'))
    await lab.cloud.clock.advance(1_000)
    expect(await lab.received('ordered.fifo')).toEqual([opened(1, 'o-2')])
    const waiting = (await lab.parked()).map(({ code, body }) => [code, JSON.parse(String(body)).seq])
    expect(waiting).toEqual([
      ['NotFoundException', 1],
      ['NotFoundException', 2],
      ['BehindParked', 3],
    ])
  })

  it('fails the batch from the lowest sequence number where a destination is throttled', async () => {
    await lab.commit('1', [envelope({ id: 'placed-1' })])
    await lab.commit('2', [envelope({ id: 'placed-2' })])
    const records = await lab.streamed()
    process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = 'http://127.0.0.1:1'
    expect(await relay(records)).toEqual({
      batchItemFailures: [{ itemIdentifier: records[0]?.dynamodb.SequenceNumber }],
    })
    delete process.env.AWS_ENDPOINT_URL_EVENTBRIDGE
    expect(await relay(records)).toEqual({ batchItemFailures: [] })
    await lab.cloud.clock.advance(1_000)
    expect((await lab.received('seen')).map(({ id }) => id).sort()).toEqual(['placed-1', 'placed-2'])
  })

  it('has nothing to do with items that carry no messages', async () => {
    await lab.put({ pk: { S: 'stock#1' }, sk: { S: '-' } })
    expect(await relay()).toEqual({ batchItemFailures: [] })
  })
})
