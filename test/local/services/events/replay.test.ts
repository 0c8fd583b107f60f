import {
  CancelReplayCommand,
  CreateArchiveCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  PutEventsCommand,
  StartReplayCommand,
  type StartReplayCommandInput,
} from '@aws-sdk/client-eventbridge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refusal } from '../sns/support.ts'
import { entry, startEventsCloud } from './support.ts'

const MINUTE = 60_000
const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/default'
const ARCHIVE = 'arn:aws:events:us-east-1:000000000000:archive/orders'

describe('archives and replays', () => {
  let on: Awaited<ReturnType<typeof startEventsCloud>>
  beforeEach(async () => {
    on = await startEventsCloud()
    const EventPattern = JSON.stringify({ source: ['shop.orders'] })
    await on.events.send(
      new CreateArchiveCommand({ ArchiveName: 'orders', EventSourceArn: BUS, EventPattern, RetentionDays: 1 }),
    )
  })
  afterEach(() => on.stop())
  const put = (...Entries: object[]) => on.events.send(new PutEventsCommand({ Entries }))
  const replay = (more: Partial<StartReplayCommandInput> = {}) =>
    on.events.send(
      new StartReplayCommand({
        ReplayName: 'again',
        EventSourceArn: ARCHIVE,
        EventStartTime: new Date('2026-01-01T00:00:00Z'),
        EventEndTime: new Date('2026-01-01T01:00:00Z'),
        Destination: { Arn: BUS },
        ...more,
      }),
    )
  const state = async () => (await on.events.send(new DescribeReplayCommand({ ReplayName: 'again' }))).State
  const count = async () => (await on.events.send(new DescribeArchiveCommand({ ArchiveName: 'orders' }))).EventCount

  it('EventBridge 17: an archive keeps what fits its own pattern, for its retention', async () => {
    await put(entry({ id: 1 }), entry({ id: 2 }, { Source: 'other' }))
    expect(await count()).toBe(1)
    await on.clock.advance(23 * 60 * MINUTE)
    expect(await count()).toBe(1)
    await on.clock.advance(61 * MINUTE)
    expect(await count()).toBe(0)
  })

  it('EventBridge 17: a replay starts as STARTING, names itself in the event, and goes to the chosen rules only', async () => {
    const chosen = await on.queue('chosen')
    const other = await on.queue('other')
    await put(entry({ id: 1 }))
    const rule = await on.rule({ source: ['shop.orders'] }, [{ Id: 'queue', Arn: chosen.arn }], 'chosen')
    await on.rule({ source: ['shop.orders'] }, [{ Id: 'queue', Arn: other.arn }], 'other')
    const started = await replay({ Destination: { Arn: BUS, FilterArns: [rule] } })
    expect(started.State).toBe('STARTING')
    await on.clock.advance(MINUTE)
    expect(await state()).toBe('COMPLETED')
    const [body = ''] = await on.bodies(chosen.url)
    expect(Object.keys(JSON.parse(body))).toEqual([
      ...['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'replay-name', 'resources', 'detail'],
    ])
    expect(JSON.parse(body)).toMatchObject({ 'replay-name': 'again', detail: { id: 1 } })
    expect(await on.bodies(other.url)).toEqual([])
    expect(await count()).toBe(1)
  })

  it('EventBridge 17: a replay can be cancelled', async () => {
    const queue = await on.queue('orders')
    await put(entry({ id: 1 }))
    await on.rule({ source: ['shop.orders'] }, [{ Id: 'queue', Arn: queue.arn }])
    await replay()
    expect((await on.events.send(new CancelReplayCommand({ ReplayName: 'again' }))).State).toBe('CANCELLING')
    await on.clock.advance(MINUTE)
    expect(await state()).toBe('CANCELLED')
    expect(await on.bodies(queue.url)).toEqual([])
    expect((await refusal(on.events.send(new CancelReplayCommand({ ReplayName: 'again' })))).code).toBe(
      'IllegalStatusException',
    )
  })

  it.each<[string, Partial<StartReplayCommandInput>, string, string]>([
    [
      'an unknown archive',
      { EventSourceArn: `${ARCHIVE}-none` },
      'ValidationException',
      'Parameter EventSourceArn is not valid. Reason: Archive orders-none does not exist.',
    ],
    [
      'an unknown bus',
      { Destination: { Arn: BUS.replace('default', 'none') } },
      'ResourceNotFoundException',
      'Event bus none does not exist.',
    ],
    [
      'an end before the start',
      { EventEndTime: new Date('2026-01-01T00:00:00Z') },
      'ValidationException',
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    ],
  ])('refuses a replay with %s', async (_what, more, code, message) => {
    expect(await refusal(replay(more))).toEqual({ code, message })
  })
})
