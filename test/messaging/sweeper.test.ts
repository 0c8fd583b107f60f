import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { variables } from '../../messaging/index.ts'
import { globals } from '../../messaging/runtime/ports.ts'
import { startRelay } from '../../messaging/runtime/relay.ts'
import { startSweeper } from '../../messaging/runtime/sweep/sweeper.ts'
import { openRelayLab, type RelayLab } from './relay-lab.ts'
import { envelope } from './support.ts'

const HOUR = 3_600_000
const context = { functionName: 'f', awsRequestId: 'r', getRemainingTimeInMillis: () => 900_000 }

let lab: RelayLab
beforeEach(async () => {
  lab = await openRelayLab()
  const { Table } = await lab.cloud.client(DynamoDBClient).send(new DescribeTableCommand({ TableName: 'shop-orders' }))
  process.env[variables.stream] = Table?.LatestStreamArn
})
afterEach(() => lab.stop())

const ports = () => ({ ...globals, now: () => lab.cloud.clock.now() })
const sweep = () => startSweeper(ports())({}, context)
const relay = async () => startRelay(ports())({ Records: await lab.streamed() }, context)
const published = async () => [...new Set((await lab.received('seen')).map(({ id }) => id))]

describe('F35: where a relay has never lived', () => {
  beforeEach(async () => {
    await lab.commit('first', [envelope({ id: 'first' })])
    await lab.cloud.clock.advance(HOUR / 2)
    await sweep()
  })

  it('it still publishes what was committed before the sweeper first looked', async () => {
    await lab.cloud.clock.advance(HOUR)
    expect(await relay()).toEqual({ batchItemFailures: [] })
    expect(await published()).toEqual(['first'])
  })

  it('the sweeper publishes it after six hours', async () => {
    await lab.cloud.clock.advance(5 * HOUR)
    await sweep()
    expect(await published()).toEqual([])
    await lab.cloud.clock.advance(2 * HOUR)
    await sweep()
    expect(await published()).toEqual(['first'])
  })
})

it('F35: what lagged behind other shards when the relay died is swept, too', async () => {
  await lab.commit('lagging', [envelope({ id: 'lagging' })])
  await lab.cloud.clock.advance(HOUR / 2)
  const now = String(lab.cloud.clock.now())
  await lab.put({ pk: { S: 'relay#heartbeat' }, sk: { S: '-' }, publishedUntil: { N: now } })
  await lab.cloud.clock.advance(7 * HOUR)
  await sweep()
  expect(await published()).toEqual(['lagging'])
})
