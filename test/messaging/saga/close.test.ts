import { DynamoDBClient, ScanCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { afterEach, beforeEach, expect, it } from 'vitest'
import * as z from 'zod'
import { effect, saga, sagaStep, step } from '../../../messaging/index.ts'
import type { StepCall } from '../../../messaging/runtime/saga-call.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'
import { createTable } from '../lab.ts'
import { openWorld, TABLE, type World } from './model/world.ts'

const DAY = 86_400_000
const Charge = step('shop.Charge', { input: z.object({ id: z.string() }), output: z.object({}) })
const one = saga('shop.OneSaga', { input: z.object({ id: z.string() }), key: ({ id }) => id }, (flow) =>
  flow.step('charge', Charge, { input: () => ({ id: 'o-1' }) }),
)
const money = effect('money', { lookup: async () => ({ nth: 1 }) })
const letter = effect('letter')

let cloud: TestCloud
let world: World
let deeds: string[]
let dies: boolean
beforeEach(async () => {
  cloud = await startTestCloud()
  deeds = []
  dies = false
  const dynamo = cloud.client(DynamoDBClient)
  await dynamo.send(createTable(TABLE))
  await cloud.clock.advance(60_000)
  const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true }
  await dynamo.send(new UpdateTimeToLiveCommand({ TableName: TABLE, TimeToLiveSpecification }))
  const handler = sagaStep(
    import.meta,
    { id: 'shop.charge', step: Charge, effects: { money, letter } },
    {
      async act({ id }, unit) {
        await unit.effect('money', async (key) => ({ nth: deeds.push(`charge ${key}`) }), { key: id })
        if (dies) throw new Error('the process died')
        await unit.effect('letter', async (_key) => void deeds.push('write'))
        return {}
      },
      async compensate({ input }, unit) {
        const undone = await unit.compensate('money', input.id, async () => void deeds.push('refund'))
        deeds.push(undone)
      },
    },
  )
  world = openWorld(one, [handler], dynamo, () => cloud.clock.now())
})
afterEach(() => cloud.stop())

const call = (phase: StepCall['phase']) =>
  world.call(Charge, {
    ...{ phase, saga: 'shop.OneSaga', sagaId: 's-1', step: 'charge', attempt: 1, machine: 'm', input: { id: 'o-1' } },
    origin: { correlationId: 'c', hops: 0 },
    ...(phase === 'compensate' && { failure: { step: 'charge', code: 'No', message: 'no' } }),
  })

/** What is remembered, by the beginnings of the keys. */
const remembered = async () => {
  const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: TABLE }))
  return Items.map((item) => String(unmarshall(item).pk).split('#')[0]).sort()
}

it("what a step and its effects remember lives until its saga is closed, then 14 days and a mark's 30", async () => {
  await call('act')
  await cloud.clock.advance(100 * DAY)
  await call('act')
  expect(deeds).toEqual(['charge o-1', 'write'])
  expect(await remembered()).toEqual(['effect', 'effect', 'step'])
  await call('close')
  await cloud.clock.advance(43 * DAY)
  expect(await remembered()).toEqual(['effect', 'effect', 'step'])
  await cloud.clock.advance(2 * DAY)
  expect(await remembered()).toEqual([])
})

it('so does what was begun by a run that died, and compensated', async () => {
  dies = true
  await expect(call('act')).rejects.toThrow('the process died')
  await cloud.clock.advance(60 * DAY)
  await call('compensate')
  expect(deeds).toEqual(['charge o-1', 'refund', 'undone'])
  await call('close')
  await call('close')
  await cloud.clock.advance(45 * DAY)
  expect(await remembered()).toEqual([])
})
