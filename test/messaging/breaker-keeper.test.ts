import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import {
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { ListQueuesCommand, PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { synthesize } from '../../docs/examples/under-load/app.ts'
import { Charge } from '../../docs/examples/under-load/contracts.ts'
import { openTable } from '../../docs/examples/under-load/table.ts'
import { createBus } from '../../messaging/index.ts'
import { keep, openBreakerKeeper } from '../../messaging/runtime/breaker-keeper.ts'
import { unchained } from '../../messaging/runtime/clients.ts'
import { Logger } from '../../messaging/runtime/logger.ts'
import { createMetrics } from '../../messaging/runtime/measures.ts'
import { plain, statementsOf } from '../lib/example/resources.ts'
import { startTestCloud, type TestCloud } from '../support/cloud.ts'
import { type Fates, fated } from './lab.ts'
import { fixedPorts } from './support.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const KEEPER = 'load-work-breaker-keeper'

let cloud: TestCloud
let app: ReturnType<typeof synthesize>['app']
let table: ReturnType<typeof openTable>
const now = () => cloud.clock.now()
const bus = createBus({ app: 'load', now })

beforeAll(async () => {
  cloud = await startTestCloud()
  const synthesized = synthesize(join(mkdtempSync(join(tmpdir(), 'keeper-')), 'cdk.out'))
  app = synthesized.app
  await cloud.deploy(synthesized.folder)
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value)
  table = openTable(cloud)
  await cloud.clock.advance(MINUTE)
})

afterAll(async () => {
  vi.unstubAllEnvs()
  table.close()
  await cloud.stop()
})

const queueUrl = (name: string) => `${cloud.endpoint}/000000000000/${name}`
const arnOf = (queue: string) => `arn:aws:sqs:${cloud.region}:000000000000:${queue}`

async function mappingOf(queue: string) {
  const command = new ListEventSourceMappingsCommand({ EventSourceArn: arnOf(queue) })
  const { UUID = '', State } = (await cloud.client(LambdaClient).send(command)).EventSourceMappings?.[0] ?? {}
  return { UUID, State }
}

const stateOf = async (queue: string) => (await mappingOf(queue)).State

async function switchOn(queue: string, Enabled: boolean): Promise<void> {
  const { UUID } = await mappingOf(queue)
  await cloud.client(LambdaClient).send(new UpdateEventSourceMappingCommand({ UUID, Enabled }))
  await cloud.clock.advance(SECOND)
}

const breakerKey = marshall({ pk: 'breaker#work.charge', sk: '-' })
async function item() {
  const command = new GetItemCommand({ TableName: 'load-work', Key: breakerKey })
  return (await cloud.client(DynamoDBClient).send(command)).Item ?? {}
}

/** Opens the breaker as failures would, or closes it as a probe would. */
async function setBreaker(state: 'open' | 'closed', rest: Readonly<Record<string, number>>): Promise<void> {
  const Item = { ...(await item()), ...breakerKey, ...marshall({ state, since: now(), ...rest }) }
  if (state === 'closed') delete Item.openedAt
  await cloud.client(DynamoDBClient).send(new PutItemCommand({ TableName: 'load-work', Item }))
}

/** Until consumption is paused because the provider is down. */
async function pause(prefix: string): Promise<void> {
  await table.provider(false)
  for (let n = 0; n < 5; n++) await bus.send(Charge, { id: `${prefix}-${n}`, customer: 'anyone' })
  await cloud.clock.advance(4 * MINUTE)
  expect(await stateOf('load-work-charge')).toBe('Disabled')
}

const charged = async (prefix: string) => (await table.done('charged')).filter(({ id }) => id.startsWith(prefix)).length

it('F56: the keeper may switch, read and call what belongs to its breakers, and nothing else', () => {
  const statements = statementsOf(app, KEEPER)
  const resourcesOf = (action: string) =>
    statements.flatMap(({ Action, Resource }) => ([Action].flat().includes(action) ? [Resource].flat().map(plain) : []))
  expect(resourcesOf('lambda:UpdateEventSourceMapping')).toEqual([
    expect.stringMatching(/:event-source-mapping:WorkchargeMapping\w+$/),
  ])
  expect(resourcesOf('lambda:InvokeFunction')).toEqual([expect.stringMatching(/^Workcharge.*Arn$/)])
  expect(resourcesOf('sqs:DeleteMessage')).toEqual([
    expect.stringMatching(/^WorkBreakerKeeperQueue.*Arn$/),
    expect.stringMatching(/^WorkchargeQueue.*Arn$/),
  ])
  const switching = statementsOf(app, 'load-work-charge').flatMap(({ Action }) => [Action].flat())
  expect(switching.filter((action) => action.startsWith('lambda:'))).toEqual([])
})

it('F56: its rounds are no loop to Lambda, which would stop them after sixteen', async () => {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', KEEPER)
  vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:a87bd80c:16')
  const headers: (string | undefined)[] = []
  for (const client of [cloud.client(SQSClient), unchained(cloud.client(SQSClient))]) {
    client.middlewareStack.add(
      (next) => (args) => {
        headers.push((args.request as { headers: Record<string, string> }).headers['X-Amzn-Trace-Id'])
        return next(args)
      },
      { step: 'finalizeRequest' },
    )
    await client.send(new ListQueuesCommand({}))
  }
  expect(headers).toEqual([expect.stringContaining('Lineage'), undefined])
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', '')
})

it('F56: a deployment that enables a paused mapping does no harm: messages wait untried, and the next round disables it', async () => {
  await pause('deployed')
  const before = Number((await item()).probeAt?.N)
  await switchOn('load-work-charge', true)
  await bus.send(Charge, { id: 'deployed-late', customer: 'anyone' })
  await cloud.clock.advance(MINUTE)
  expect(await stateOf('load-work-charge')).toBe('Disabled')
  expect(await charged('deployed')).toBe(0)
  expect(Number((await item()).probeAt?.N) - before).toBeLessThanOrEqual(MINUTE + 15 * SECOND)
  await table.provider(true)
  await cloud.clock.advance(MINUTE)
  expect([await stateOf('load-work-charge'), await charged('deployed')]).toEqual(['Enabled', 6])
})

it('F56: a pause whose rounds are lost is found by the sweep', async () => {
  await pause('lost')
  await cloud.client(SQSClient).send(new PurgeQueueCommand({ QueueUrl: queueUrl(KEEPER) }))
  await table.provider(true)
  await cloud.clock.advance(6 * MINUTE)
  expect([await stateOf('load-work-charge'), await charged('lost')]).toEqual(['Enabled', 5])
})

it('F56: what an operator has disabled stays so', async () => {
  await switchOn('load-work-charge', false)
  await cloud.client(LambdaClient).send(new InvokeCommand({ FunctionName: KEEPER, Payload: '{"sweep":true}' }))
  expect(await stateOf('load-work-charge')).toBe('Disabled')
  await switchOn('load-work-charge', true)
})

it('F56: a keeper that dies before or after any of its calls leaves no mapping disabled', async () => {
  await switchOn(KEEPER, false)
  await cloud.client(EventBridgeClient).send(new DisableRuleCommand({ Name: KEEPER }))
  const { UUID } = await mappingOf('load-work-charge')
  const queue = { url: queueUrl('load-work-charge'), arn: arnOf('load-work-charge') }
  const breaker = { probeEvery: 15_000, mappings: [{ id: UUID, function: 'load-work-charge', queue }] }
  const set = { table: 'load-work', queueUrl: queueUrl(KEEPER), kept: { 'work.charge': breaker } }
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'
  const run = async (event: unknown, fates: Fates = () => undefined) => {
    const process = { alive: true, calls: [] as string[] }
    const clients = {
      dynamo: fated(cloud.client(DynamoDBClient), process, fates),
      sqs: fated(cloud.client(SQSClient), process, fates),
      lambda: fated(cloud.client(LambdaClient), process, fates),
    }
    const tools = {
      logger: new Logger('work', {}),
      metrics: createMetrics('n', 'work', {}),
      ports: fixedPorts(now()),
    }
    await keep(openBreakerKeeper(set, { ...clients, ...tools }), event).catch(() => {})
    return process
  }
  const word = { Records: [{ body: JSON.stringify({ breaker: 'work.charge' }) }] }
  // Dying after a call is dying before the next one, and the last to die does so after all of them.
  const dies =
    (n: number): Fates =>
    (_, call) =>
      call === n ? 'crash before' : undefined
  const seen: string[] = []
  for (const round of ['open', 'closed'] as const)
    for (let n = 0, calls = 0; n <= calls; n++) {
      await setBreaker('open', { openedAt: now(), probeAt: now() })
      if (round === 'closed') {
        await run(word)
        await setBreaker('closed', {})
        await cloud.clock.advance(16 * SECOND)
      }
      const died = await run(word, dies(n))
      calls = died.alive ? calls : n + 1
      seen.push(...died.calls)
      // Its message comes again, where it did not leave word itself; the breaker may be closed by then.
      await setBreaker('closed', {})
      await cloud.clock.advance(MINUTE)
      await run(died.alive ? { sweep: true } : word)
      await cloud.clock.advance(SECOND)
      const left = [await stateOf('load-work-charge'), (await item()).pausedAt]
      expect(left, `${round}: before call ${n}`).toEqual(['Enabled', undefined])
    }
  expect(new Set(seen)).toEqual(
    new Set([
      'UpdateItemCommand',
      'GetEventSourceMappingCommand',
      'UpdateEventSourceMappingCommand',
      'ReceiveMessageCommand',
      'GetItemCommand',
      'SendMessageCommand',
    ]),
  )
})
