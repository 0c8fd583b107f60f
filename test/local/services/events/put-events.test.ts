import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusal } from '../sns/support.ts'
import { entry, startEventsCloud } from './support.ts'

describe('PutEvents', () => {
  let on: Awaited<ReturnType<typeof startEventsCloud>>
  beforeAll(async () => {
    on = await startEventsCloud()
  })
  afterAll(() => on.stop())
  const put = (...Entries: object[]) => on.events.send(new PutEventsCommand({ Entries }))

  it.each([
    ['Source', 'Parameter Source is not valid. Reason: Source is a required argument.'],
    ['DetailType', 'Parameter DetailType is not valid. Reason: DetailType is a required argument.'],
    ['Detail', 'Parameter Detail is not valid. Reason: Detail is a required argument.'],
  ])('EventBridge 8: an entry without %s fails by itself, with status 200', async (member, ErrorMessage) => {
    const { Entries, FailedEntryCount } = await put(entry({}, { [member]: undefined }), entry({}))
    expect(FailedEntryCount).toBe(1)
    expect(Entries?.[0]).toEqual({ ErrorCode: 'InvalidArgument', ErrorMessage })
    expect(Entries?.[1]?.EventId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it.each(['text', '[1]', '{"open":', '"{}"'])('EventBridge 8: the detail %s is malformed', async (Detail) => {
    const { Entries } = await put(entry({}, { Detail }))
    expect(Entries).toEqual([{ ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }])
  })

  it('EventBridge 8: nobody puts events of a source that starts with aws.', async () => {
    const { Entries } = await put(entry({}, { Source: 'aws.s3' }))
    expect(Entries).toEqual([
      { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
    ])
  })

  it('EventBridge 8: more than 10 entries are refused as a whole', async () => {
    const { code, message } = await refusal(put(...Array.from({ length: 11 }, () => entry({}))))
    expect(code).toBe('ValidationException')
    expect(message).toMatch(
      /^1 validation error detected: Value '\[PutEventsRequestEntry\(time=null, source=shop.orders/,
    )
    expect(message).toMatch(
      /at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10$/,
    )
  })

  it('EventBridge 8: a request above 1 MiB is refused as a whole, one of 1 MiB is not', async () => {
    const of = (bytes: number) => {
      const frame = 'shop.orders'.length + 'OrderPlaced'.length + JSON.stringify({ text: '' }).length
      return entry({ text: 'x'.repeat(bytes - frame) })
    }
    expect(await refusal(put(of(1_048_577)))).toEqual({
      code: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    })
    expect((await put(of(1_048_576))).FailedEntryCount).toBe(0)
  })

  it('EventBridge 9: an event for a bus that does not exist is taken and dropped', async () => {
    const { Entries, FailedEntryCount } = await put(entry({}, { EventBusName: 'nowhere' }))
    expect([Entries?.[0]?.EventId?.length, FailedEntryCount]).toEqual([36, 0])
  })

  it('EventBridge 9: the caller does not see that a delivery failed', async () => {
    await on.rule({ source: ['shop.lost'] }, [{ Id: 'gone', Arn: 'arn:aws:sqs:us-east-1:000000000000:gone' }], 'lost')
    expect((await put(entry({}, { Source: 'shop.lost' }))).FailedEntryCount).toBe(0)
    await on.clock.settle()
    expect(on.cloud.kernel.journal.entries(({ kind }) => kind === 'fail').at(-1)?.detail).toMatchObject({
      code: 'NO_RESOURCE',
    })
  })

  it("keeps the detail's numbers and the order of its names as they were written", async () => {
    const queue = await on.queue('verbatim')
    await on.rule({ source: ['shop.raw'] }, [{ Id: 'queue', Arn: queue.arn }], 'raw')
    await put(entry({}, { Source: 'shop.raw', Detail: '{ "2": 1.10, "1": 12345678901234567890, "s": "a b" }' }))
    const [body = ''] = await on.bodies(queue.url)
    expect(body).toContain('"detail":{"2":1.10,"1":12345678901234567890,"s":"a b"}}')
  })

  it('EventBridge 7: an unknown matcher is refused when the rule is put', async () => {
    const EventPattern = JSON.stringify({ source: [{ looksLike: 'x' }] })
    expect(await refusal(on.events.send(new PutRuleCommand({ Name: 'bad', EventPattern })))).toEqual({
      code: 'InvalidEventPatternException',
      message: `Event pattern is not valid. Reason: Unrecognized match type looksLike\n at [Source: (String)"${EventPattern}"; line: 1, column: 26]`,
    })
  })

  it.each([
    ['*:*:*:*:*:event-bus/*', true],
    ['*:event-bus/*', false],
    ['/Users/*/dir/dir/dir/dir/dir/doc.txt', false],
  ])('EventBridge 7: the wildcard pattern %s is too complex: %s', async (wildcard, complex) => {
    const EventPattern = JSON.stringify({ source: [{ wildcard }] })
    const put = on.events.send(new PutRuleCommand({ Name: 'wild', EventPattern }))
    if (complex)
      expect((await refusal(put)).message).toContain('Rule is too complex - try using fewer wildcard characters')
    else expect((await put).RuleArn).toContain(':rule/wild')
  })

  it('EventBridge 14: a schedule is only for the default bus, and PutEvents does not fire it', async () => {
    await on.events.send(new CreateEventBusCommand({ Name: 'custom' }))
    const ScheduleExpression = 'rate(1 minute)'
    const put = (more: object) => on.events.send(new PutRuleCommand({ Name: 'tick', ScheduleExpression, ...more }))
    expect(await refusal(put({ EventBusName: 'custom' }))).toEqual({
      code: 'ValidationException',
      message: 'ScheduleExpression is supported only on the default event bus.',
    })
    const queue = await on.queue('ticks')
    await put({})
    await on.events.send(new PutTargetsCommand({ Rule: 'tick', Targets: [{ Id: 'queue', Arn: queue.arn }] }))
    await on.events.send(new PutEventsCommand({ Entries: [entry({})] }))
    expect(await on.bodies(queue.url)).toEqual([])
  })

  it.each([
    'rate(1 minutes)',
    'rate(2 minute)',
    'rate(0 minutes)',
    'cron(* * * * *)',
    'at(2026-01-01T00:00:00)',
    'daily',
  ])('EventBridge 14: the schedule %s is refused', async (ScheduleExpression) => {
    expect(await refusal(on.events.send(new PutRuleCommand({ Name: 'bad', ScheduleExpression })))).toEqual({
      code: 'ValidationException',
      message: 'Parameter ScheduleExpression is not valid.',
    })
  })

  it('a rule with targets cannot be deleted', async () => {
    expect(await refusal(on.events.send(new DeleteRuleCommand({ Name: 'lost' })))).toEqual({
      code: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    })
  })

  it('TestEventPattern refuses what is not an event', async () => {
    const test = (Event: string) => on.events.send(new TestEventPatternCommand({ Event, EventPattern: '{"id":["1"]}' }))
    const event = { id: '1', source: 's', 'detail-type': 't', account: '1', region: 'r', time: '2022-07-13T13:48:01Z' }
    expect((await test(JSON.stringify(event))).Result).toBe(true)
    for (const Event of ['plain text', JSON.stringify({ ...event, source: undefined })])
      expect(await refusal(test(Event))).toEqual({
        code: 'ValidationException',
        message: 'Parameter Event is not valid.',
      })
  })
})
