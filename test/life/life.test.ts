import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { messagesLeft } from '../../bin/feed/index.ts'
import type { DeployedStack } from '../../local/assembly/index.ts'
import { type Bus, createBus } from '../../messaging/index.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { APP, newLockFile, synthesized, versions } from './app.ts'
import { Register as Register1, Rename as Rename1 } from './v1/contracts.ts'
import { Register as Register2, Rename as Rename2 } from './v2/contracts.ts'

const MINUTE = 60_000
let n: string
let next: string
let more: string
const lockFile = newLockFile()

beforeAll(() => {
  n = synthesized(versions.n, lockFile)
  next = synthesized(versions.next, lockFile)
  more = synthesized(versions.more, lockFile)
})

let cloud: TestCloud
let bus: Bus
beforeEach(async () => {
  cloud = await startTestCloud()
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value)
  bus = createBus({ app: APP })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await cloud.stop()
})

/** All items of a service's table. */
async function itemsOf(service: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: `${APP}-${service}` }))
  return Items.map((item) => unmarshall(item))
}

/** Whom a service has seen, as what, and how often. */
async function seenIn(service: string): Promise<string[]> {
  const items = (await itemsOf(service)).filter(({ pk }) => String(pk).startsWith('seen#'))
  return items
    .map(({ item }) => item as { id: string; as: string; times: number })
    .map(({ id, as, times }) => `${id} ${as} ${times}`)
    .sort()
}

const left = () => messagesLeft(cloud.client(SQSClient), APP)

/** Physical ids of whatever carries messages to a consumer. */
const wayTo = (stacks: readonly DeployedStack[], stack: string) =>
  stacks
    .filter(({ name }) => name === `${APP}-${stack}` || name === `${APP}-routes` || name === `${APP}-backbone`)
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => /::(Queue|Subscription|EventSourceMapping|Topic|Rule|EventBus|GlobalTable)$/.test(type))
    .map(({ logicalId, physicalId }) => `${logicalId} ${physicalId}`)

describe('the life of a deployment', () => {
  it("handles what version N left in the queues by version N+1's code, each once", async () => {
    const first = await cloud.deploy(n)
    await bus.send(Register1, { id: 'a', name: 'Ada Lovelace' }, { id: 'a' })
    await cloud.clock.advance(MINUTE)
    await bus.send(Register1, { id: 'b', name: 'Blaise Pascal' }, { id: 'b', delay: '5m' })
    await bus.send(Register1, { id: 'c', name: 'Carl Friedrich Gauss' }, { id: 'c', delay: '5m' })
    const second = await cloud.deploy(next)
    expect(wayTo(second, 'people')).toEqual(wayTo(first, 'people'))
    await bus.send(Register2, { id: 'd', first: 'Dennis', last: 'Ritchie' }, { id: 'd' })
    await cloud.clock.advance(10 * MINUTE)
    const expected = ['a Ada Lovelace 1', 'b Pascal, Blaise 1', 'c Friedrich Gauss, Carl 1', 'd Ritchie, Dennis 1']
    expect(await seenIn('people')).toEqual(expected)
    expect(await seenIn('mail')).toEqual(expected)
    expect(await left()).toEqual([])
  })

  it('parks what version N+1 wrote after a rollback to N, with the version it needs, and loses none of it', async () => {
    await cloud.deploy(next)
    await bus.send(Register2, { id: 'e', first: 'Edsger', last: 'Dijkstra' }, { id: 'e', delay: '5m' })
    await cloud.deploy(n)
    await bus.send(Register1, { id: 'f', name: 'Frances Allen' }, { id: 'f' })
    await cloud.clock.advance(10 * MINUTE)
    expect(await seenIn('people')).toEqual(['f Frances Allen 1'])
    const parked = (await itemsOf('people')).filter(({ body }) => body !== undefined)
    expect(parked).toHaveLength(1)
    expect(parked[0]).toMatchObject({
      pk: expect.stringMatching(/^park#people\.register#/),
      code: 'NewerVersion',
      reason: 'needs people.Register version 2; this consumer reads up to 1',
    })
    expect(JSON.parse(String(parked[0]?.body))).toMatchObject({
      ...{ id: 'e', dataversion: 2 },
      data: { id: 'e', first: 'Edsger', last: 'Dijkstra' },
    })
    expect(await left()).toEqual([])
  })

  it('takes up by itself, once and in order, what is parked for newer code, as soon as that is live', async () => {
    // AWS tells of a change at least once.
    cloud.kernel.faults.use((point) => (point === 'events.duplicate' ? 'duplicate' : 'none'))
    await cloud.deploy(next)
    await cloud.deploy(n)
    const rename = (last: string) => bus.send(Rename2, { id: 'g', first: 'Grace', last }, { id: last })
    await rename('Murray')
    await bus.send(Register2, { id: 'g', first: 'Grace', last: 'Murray' }, { id: 'g' })
    await cloud.clock.advance(MINUTE)
    await rename('Hopper')
    await bus.send(Rename1, { id: 'g', name: 'Amazing Grace' }, { id: 'amazing' })
    await cloud.clock.advance(MINUTE)
    expect(await seenIn('people')).toEqual([])
    await cloud.deploy(next)
    await rename('Last')
    await cloud.clock.advance(MINUTE)
    expect(await seenIn('people')).toEqual([
      'g Murray, Grace 1',
      'g Murray, Grace > Hopper, Grace > Grace, Amazing > Last, Grace 4',
    ])
    expect((await itemsOf('people')).filter(({ pk }) => String(pk).startsWith('park#'))).toEqual([])
    expect(await seenIn('mail')).toEqual(['g Murray, Grace 1'])
    expect(await left()).toEqual([])
  })

  it('calls nobody after a deployment that changes no version', async () => {
    await cloud.deploy(next)
    await cloud.deploy(more)
    await cloud.clock.advance(MINUTE)
    expect(cloud.kernel.journal.entries(({ kind }) => kind === 'invoke')).toEqual([])
  })

  it('adds a consumer while messages flow: the way to the first does not move, and each has every message once', async () => {
    const first = await cloud.deploy(next)
    const people = Array.from({ length: 8 }, (_, at) => ({
      id: `p${String(at).padStart(2, '0')}`,
      first: 'P',
      last: 'Q',
    }))
    const send = (some: typeof people) => Promise.all(some.map((one) => bus.send(Register2, one, { id: one.id })))
    await send(people.slice(0, 4))
    // Nobody has waited: functions are at work on these.
    const second = await cloud.deploy(more)
    await send(people.slice(4))
    await cloud.clock.advance(10 * MINUTE)
    expect(wayTo(second, 'mail').filter((way) => wayTo(first, 'mail').includes(way))).toEqual(wayTo(first, 'mail'))
    const all = people.map(({ id }) => `${id} Q, P 1`)
    expect(await seenIn('people')).toEqual(all)
    expect(await seenIn('mail')).toEqual(all)
    const counted = await seenIn('statistics')
    expect(counted).toEqual(expect.arrayContaining(people.slice(4).map(({ id }) => `${id} Q 1`)))
    expect(counted.every((one) => one.endsWith(' 1'))).toBe(true)
    expect(await left()).toEqual([])
  })

  it('refuses a renamed consumer at synth', () => {
    expect(() => synthesized(versions.renamed, lockFile)).toThrow(/consumer 'mail\.greet' is gone or has another id/)
  })
})
