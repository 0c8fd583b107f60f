import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge'
import { type PublishBatchCommandInput, SNSClient } from '@aws-sdk/client-sns'
import { type SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Envelope } from '../../../messaging/envelope.ts'
import { carrierToBus } from '../../../messaging/runtime/carriers/bus.ts'
import type { CarrierTo } from '../../../messaging/runtime/carriers/letter.ts'
import { carrierToQueue } from '../../../messaging/runtime/carriers/queue.ts'
import { carrierToTopic } from '../../../messaging/runtime/carriers/topic.ts'
import { openHeartbeat } from '../../../messaging/runtime/heartbeat-item.ts'
import { openParking } from '../../../messaging/runtime/parking.ts'
import { relayAt } from '../../../messaging/runtime/relay.ts'
import { openRelayDesk, type RelayDesk } from '../../../messaging/runtime/relay-desk.ts'
import type { StreamRecord } from '../../../messaging/runtime/stream-record.ts'
import { openTable } from '../../../messaging/runtime/table.ts'
import { testStart } from '../../support/cloud.ts'
import { type Fates, fated } from '../lab.ts'
import { openRelayLab, type RelayLab } from '../relay-lab.ts'
import { envelope, fixedPorts } from '../support.ts'

const context = { functionName: 'shop-orders-relay', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 }

let lab: RelayLab
let histories = 0
beforeAll(async () => {
  lab = await openRelayLab()
})
afterAll(() => lab.stop())

/** A relay's process whose calls meet their fates. */
interface Process {
  alive: boolean
  readonly calls: string[]
}

function deskOf(process: Process, fates: Fates, refused: Refused): RelayDesk {
  const ports = fixedPorts(testStart + 120_000)
  const dynamo = fated(lab.cloud.client(DynamoDBClient), process, fates)
  const table = openTable(dynamo, 'shop-orders', ports)
  const struck = <C extends { readonly middlewareStack: unknown }>(client: C) =>
    fated(refusing(client, refused), process, fates)
  const carriers: Readonly<Record<string, CarrierTo>> = {
    bus: carrierToBus(struck(lab.cloud.client(EventBridgeClient))),
    topic: carrierToTopic(struck(lab.cloud.client(SNSClient))),
    queue: carrierToQueue(ports.now, struck(lab.cloud.client(SQSClient))),
  }
  return {
    ...openRelayDesk(ports, 'relay'),
    dynamo,
    table,
    heartbeat: openHeartbeat(dynamo, table),
    parking: openParking(dynamo, table, 'relay', ports),
    carrierTo: async ({ means, address }) => (carriers[means] as CarrierTo)(address),
  }
}

/** Whether a batch call's entry is refused in passing, while the others of its call are taken. */
type Refused = (command: string, entry: string) => boolean

interface Entry {
  readonly Id?: string
  readonly Detail?: string
  readonly Message?: string
  readonly MessageBody?: string
}

/** Takes refused entries out of the call, and puts their failures into the answer where the service would have. */
function refusing<C extends { readonly middlewareStack: unknown }>(client: C, refused: Refused): C {
  const stack = client.middlewareStack as EventBridgeClient['middlewareStack']
  stack.add(
    (next, { commandName }) =>
      async (args) => {
        const input = args.input as PutEventsCommandInput & PublishBatchCommandInput & SendMessageBatchCommandInput
        const name = input.PublishBatchRequestEntries ? 'PublishBatchRequestEntries' : 'Entries'
        const entries = (input[name] ?? []) as readonly Entry[]
        const out = entries.map((one) =>
          refused(String(commandName), one.Detail ?? one.Message ?? one.MessageBody ?? ''),
        )
        const left = entries.filter((_, index) => !out[index])
        const answer =
          left.length > 0
            ? await next({ ...args, input: { ...args.input, [name]: left } as typeof args.input })
            : { output: { Entries: [], Successful: [], Failed: [] } as never, response: undefined }
        const output = answer.output as unknown as { Entries?: object[]; Failed?: object[] }
        if (output.Entries)
          for (const [index, isOut] of out.entries())
            if (isOut) output.Entries.splice(index, 0, { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' })
        const failures = entries.flatMap(({ Id }, index) =>
          out[index] ? [{ Id, Code: 'Throttled', SenderFault: false }] : [],
        )
        if (commandName !== 'PutEventsCommand') output.Failed = [...(output.Failed ?? []), ...failures]
        return answer
      },
    { step: 'initialize', priority: 'low' },
  )
  return client
}

interface History {
  readonly fates?: Fates
  readonly refused?: Refused
  /** How often the stream hands the batch over although it was done. */
  readonly repeats?: number
}

/** Hands a batch over until it is done, as Lambda does: only the first process is struck. Answers that process's calls. */
async function relayed(
  records: readonly StreamRecord[],
  { fates, refused, repeats = 0 }: History,
): Promise<readonly string[]> {
  const first: Process = { alive: true, calls: [] }
  let left = await run(records, first, fates ?? (() => undefined), refused ?? (() => false))
  for (let tries = 0; left.length > 0; tries++) {
    expect(tries, 'the batch is never done').toBeLessThan(10)
    left = await run(
      left,
      { alive: true, calls: [] },
      () => undefined,
      () => false,
    )
  }
  for (let n = 0; n < repeats; n++)
    await run(
      records,
      { alive: true, calls: [] },
      () => undefined,
      () => false,
    )
  return first.calls
}

async function run(
  records: readonly StreamRecord[],
  process: Process,
  fates: Fates,
  refused: Refused,
): Promise<readonly StreamRecord[]> {
  const handler = relayAt(deskOf(process, fates, refused))
  // An invocation that ends in an error fails its whole batch.
  const answer = await handler({ Records: records }, context).catch(() => undefined)
  if (!answer || !process.alive) return records
  const [failure] = answer.batchItemFailures
  return failure
    ? records.slice(records.findIndex((one) => one.dynamodb.SequenceNumber === failure.itemIdentifier))
    : []
}

/** Commits a few messages of each kind, lets them be relayed, and answers what came out, by queue. */
async function play(history: History) {
  const tag = `h${histories++}`
  const done = (await lab.streamed()).length
  const step = (key: string, seq: number): Envelope =>
    envelope({ id: `${tag}-${key}-${seq}`, type: 'orders.OrderOpened', partitionkey: `${tag}-${key}`, seq })
  const placed = [1, 2].map((n) => envelope({ id: `${tag}-placed-${n}` }))
  await lab.commit(`${tag}-1`, [...placed, step('a', 1), step('b', 1)])
  await lab.commit(`${tag}-2`, [step('a', 2), step('b', 2), step('a', 3)])
  await lab.commit(`${tag}-3`, [envelope({ id: `${tag}-ship`, type: 'orders.Ship' })], { kind: 'command' })
  const calls = await relayed((await lab.streamed()).slice(done), history)
  await lab.cloud.clock.advance(1_000)
  const ordered = await drained('ordered.fifo')
  return {
    calls,
    bus: (await drained('seen')).map(({ id }) => id.slice(tag.length + 1)),
    commands: (await drained('commands')).map(({ id }) => id.slice(tag.length + 1)),
    a: ordered.filter(({ partitionkey }) => partitionkey === `${tag}-a`).map(({ seq }) => seq),
    b: ordered.filter(({ partitionkey }) => partitionkey === `${tag}-b`).map(({ seq }) => seq),
    parked: await lab.parked(),
  }
}

/** Everything on a queue that was not received before. */
async function drained(name: string): Promise<Envelope[]> {
  const all: Envelope[] = []
  for (let some = await lab.received(name); some.length > 0; some = await lab.received(name)) all.push(...some)
  return all
}

/** Each id was published, and what is in order is in order and there once. */
function expectExact({ bus, commands, a, b, parked }: Awaited<ReturnType<typeof play>>, what: string): void {
  const events = ['a-1', 'a-2', 'a-3', 'b-1', 'b-2', 'placed-1', 'placed-2']
  expect([...new Set(bus)].sort(), what).toEqual(events)
  expect([...new Set(commands)], what).toEqual(['ship'])
  expect({ a, b, parked }, what).toEqual({ a: [1, 2, 3], b: [1, 2], parked: [] })
}

describe('F35: whatever befalls a relay, at whichever of its calls', () => {
  it.each(['crash before', 'crash after', 'lose answer', 'throttle'] as const)(
    '%s: each message is published under its one id, and each key in order',
    async (fate) => {
      const { calls } = await play({})
      expect(calls.length).toBeGreaterThan(5)
      for (let struck = 0; struck < calls.length; struck++)
        expectExact(
          await play({ fates: (_, n) => (n === struck ? fate : undefined) }),
          `${fate} ${calls[struck]} (${struck})`,
        )
    },
    30_000,
  )

  it('every batch handed over twice', async () => {
    expectExact(await play({ repeats: 1 }), 'repeated')
  })

  it.each(['placed-1', 'a-1', 'a-2', 'b-1', 'ship'])(
    'the entry of %s alone is refused: in passing, and until the invocation gives up',
    async (one) => {
      const of = (entry: string) => (JSON.parse(entry) as Envelope).id.endsWith(`-${one}`)
      let times = 0
      expectExact(await play({ refused: (_, entry) => of(entry) && times++ === 0 }), `${one} once`)
      expectExact(await play({ refused: (_, entry) => of(entry) }), `${one} always`)
    },
  )

  it('a group stops at its first entry that is refused, and the others go on', async () => {
    const sent: string[] = []
    const { a, b } = await play({
      refused: (command, entry) => {
        const { id } = JSON.parse(entry) as Envelope
        if (command === 'PublishBatchCommand') sent.push(id.replace(/^h\d+-/, ''))
        return command === 'PublishBatchCommand' && id.endsWith('-a-1')
      },
    })
    // The first process tried a-1 four times, and neither a-2 nor a-3; b was done.
    expect(sent.slice(0, sent.lastIndexOf('a-1') + 1)).toEqual(expect.arrayContaining(['a-1', 'b-1', 'b-2']))
    expect(sent.filter((id) => id === 'a-2' || id === 'a-3')).toEqual([])
    expect({ a, b }).toEqual({ a: [1, 2, 3], b: [1, 2] })
  })
})
