import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge'
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { DeleteQueueCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AwsError } from '../../../../local/errors.ts'
import { refusal } from '../sns/support.ts'
import { failing } from '../support.ts'
import { allow, entry, startEventsCloud } from './support.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('targets', () => {
  let on: Awaited<ReturnType<typeof startEventsCloud>>
  beforeEach(async () => {
    on = await startEventsCloud()
  })
  afterEach(() => on.stop())
  const put = async (...Entries: object[]) => on.events.send(new PutEventsCommand({ Entries }))
  const orders = { source: ['shop.orders'] }

  it('delivers the event of a matching rule to a queue', async () => {
    const queue = await on.queue('orders')
    await on.rule(orders, [{ Id: 'queue', Arn: queue.arn }])
    const { Entries } = await put(entry({ id: 1 }), entry({ id: 2 }, { Source: 'other' }))
    const [body = ''] = await on.bodies(queue.url)
    expect(JSON.parse(body)).toEqual({
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'OrderPlaced',
      source: 'shop.orders',
      account: '000000000000',
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: [],
      detail: { id: 1 },
    })
  })

  it('EventBridge 19: PutEvents does not wait for a target that is slow to retry', async () => {
    const topic = 'arn:aws:lambda:us-east-1:000000000000:function:none'
    await on.rule(orders, [{ Id: 'none', Arn: topic }])
    const before = on.clock.now()
    expect((await put(entry({}))).FailedEntryCount).toBe(0)
    expect(on.clock.now()).toBe(before)
  })

  it('EventBridge 10: only one of Input, InputPath and InputTransformer', async () => {
    await on.events.send(new PutRuleCommand({ Name: 'rule', EventPattern: JSON.stringify(orders) }))
    const Arn = 'arn:aws:sqs:us-east-1:000000000000:q'
    const target = (more: Partial<Target>) =>
      refusal(on.events.send(new PutTargetsCommand({ Rule: 'rule', Targets: [{ Id: 'two', Arn, ...more }] })))
    const InputTransformer = { InputTemplate: '"<missing>"' }
    expect(await target({ InputPath: '$.detail', InputTransformer })).toEqual({
      code: 'ValidationException',
      message: 'Only one of Input, InputPath, or InputTransformer must be provided for target two.',
    })
    expect(await target({ InputTransformer })).toEqual({
      code: 'ValidationException',
      message: 'InputTemplate for target two contains invalid placeholder missing.',
    })
  })

  it.each<[string, Partial<Target>, string]>([
    ['a constant', { Input: '{"constant":true}' }, '{"constant":true}'],
    ['a path', { InputPath: '$.detail.order' }, '{"id":7,"lines":[{"sku":"a"}]}'],
    ['a scalar at a path', { InputPath: '$.detail.order.lines[0].sku' }, '"a"'],
    [
      'EventBridge 11: a quoted template keeps its quotes',
      { InputTransformer: { InputPathsMap: { type: '$.detail-type' }, InputTemplate: '"Event of <type>"' } },
      '"Event of OrderPlaced"',
    ],
    [
      'EventBridge 10: a path that leads nowhere renders an empty string',
      {
        InputTransformer: {
          InputPathsMap: { id: '$.detail.order.id', none: '$.detail.none', lines: '$.detail.order.lines' },
          InputTemplate: '{"id": <id>, "none": <none>, "text": "<none>!", "lines": <lines>}',
        },
      },
      '{"id": 7, "none": "", "text": "!", "lines": [{"sku":"a"}]}',
    ],
    [
      'EventBridge 10: predefined variables need no path',
      {
        InputTransformer: {
          InputTemplate: '"<aws.events.rule-name> <aws.events.rule-arn> <aws.events.event.ingestion-time>"',
        },
      },
      '"rule arn:aws:events:us-east-1:000000000000:rule/rule 2026-01-01T00:00:00Z"',
    ],
  ])('gives the target %s', async (_what, input, wanted) => {
    const queue = await on.queue('orders')
    await on.rule(orders, [{ Id: 'queue', Arn: queue.arn, ...input }])
    await put(entry({ order: { id: 7, lines: [{ sku: 'a' }] } }))
    expect(await on.bodies(queue.url)).toEqual([wanted])
  })

  it('EventBridge 10: the whole event as a variable, with and without its detail', async () => {
    const queue = await on.queue('orders')
    const InputTemplate = '{"event": <aws.events.event>, "json": <aws.events.event.json>}'
    await on.rule(orders, [{ Id: 'queue', Arn: queue.arn, InputTransformer: { InputTemplate } }])
    await put(entry({ id: 1 }))
    const { event, json } = JSON.parse((await on.bodies(queue.url))[0] ?? '{}')
    expect(json).toMatchObject({ 'detail-type': 'OrderPlaced', detail: { id: 1 } })
    expect(event).toMatchObject({ detailType: 'OrderPlaced', id: json.id })
    expect(event).not.toHaveProperty('detail')
  })

  it('EventBridge 12: a target that is gone is not tried again; the dead letter is the event, with its reason', async () => {
    const queue = await on.queue('orders')
    const letters = await on.queue('letters')
    const RULE = await on.rule(orders, [
      { Id: 'queue', Arn: queue.arn, DeadLetterConfig: { Arn: letters.arn }, Input: '{"replaced":true}' },
    ])
    await on.sqs.send(new DeleteQueueCommand({ QueueUrl: queue.url }))
    await put(entry({ id: 1 }))
    const [letter] = await on.received(letters.url)
    expect(JSON.parse(letter?.Body ?? '{}').detail).toEqual({ id: 1 })
    expect(attributesOf(letter?.MessageAttributes)).toMatchObject({
      ...{ RULE_ARN: RULE, TARGET_ARN: queue.arn, ERROR_CODE: 'NO_RESOURCE', RETRY_ATTEMPTS: '0' },
    })
  })

  it('EventBridge 12: retries with growing waits for a day and 185 times, then dead-letters', async () => {
    const letters = await on.queue('letters')
    const busy = await busyService(on)
    await on.rule(orders, [{ Id: 'busy', Arn: busy.arn, DeadLetterConfig: { Arn: letters.arn } }])
    await put(entry({}))
    await on.clock.advance(26 * HOUR)
    const waits = busy.attempts.slice(1).map((at, index) => at - (busy.attempts[index] ?? 0))
    expect(waits[0]).toBeLessThan(2_000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(10 * MINUTE)
    expect(busy.attempts.length).toBeGreaterThan(140)
    expect(busy.attempts.length).toBeLessThanOrEqual(186)
    const [letter] = await on.received(letters.url)
    expect(attributesOf(letter?.MessageAttributes)).toMatchObject({
      ERROR_CODE: 'THROTTLING',
      EXHAUSTED_RETRY_CONDITION: expect.stringMatching(/^Maximum(RetryAttempts|EventAgeInSeconds)$/),
      RETRY_ATTEMPTS: String(busy.attempts.length - 1),
    })
  })

  it.each([
    [{ MaximumRetryAttempts: 2 }, 3, 'MaximumRetryAttempts'],
    [{ MaximumEventAgeInSeconds: 60 }, undefined, 'MaximumEventAgeInSeconds'],
  ])('EventBridge 12: honours the retry policy %j', async (RetryPolicy, attempts, condition) => {
    const letters = await on.queue('letters')
    const busy = await busyService(on)
    await on.rule(orders, [{ Id: 'busy', Arn: busy.arn, RetryPolicy, DeadLetterConfig: { Arn: letters.arn } }])
    await put(entry({}))
    await on.clock.advance(2 * HOUR)
    if (attempts !== undefined) expect(busy.attempts).toHaveLength(attempts)
    expect((busy.attempts.at(-1) ?? 0) - (busy.attempts[0] ?? 0)).toBeLessThanOrEqual(MINUTE)
    const [letter] = await on.received(letters.url)
    expect(attributesOf(letter?.MessageAttributes).EXHAUSTED_RETRY_CONDITION).toBe(condition)
  })

  it("EventBridge 13: an event goes from bus to bus once, with its id, by the target's role", async () => {
    const letters = await on.queue('letters')
    const queue = await on.queue('orders')
    const buses: string[] = []
    for (const Name of ['second', 'third'])
      buses.push((await on.events.send(new CreateEventBusCommand({ Name }))).EventBusArn ?? '')
    const [second = '', third = ''] = buses
    const RoleArn = await on.role('hop', 'events:PutEvents')
    const DeadLetterConfig = { Arn: letters.arn }
    await on.rule(orders, [{ Id: 'bus', Arn: second, RoleArn, DeadLetterConfig }], 'hop')
    await on.rule(
      orders,
      [
        { Id: 'bus', Arn: third, RoleArn, DeadLetterConfig },
        { Id: 'queue', Arn: queue.arn },
      ],
      'hop',
      'second',
    )
    const { Entries } = await put(entry({ id: 1 }))
    expect(JSON.parse((await on.bodies(queue.url))[0] ?? '{}')).toMatchObject({
      id: Entries?.[0]?.EventId,
      detail: { id: 1 },
    })
    expect(attributesOf((await on.received(letters.url))[0]?.MessageAttributes)).toMatchObject({
      ERROR_CODE: 'THIRD_ACCOUNT_HOP_DETECTED',
      TARGET_ARN: third,
    })
  })

  it('EventBridge 13: a scalar input for a bus is dropped', async () => {
    const queue = await on.queue('orders')
    const { EventBusArn = '' } = await on.events.send(new CreateEventBusCommand({ Name: 'second' }))
    const RoleArn = await on.role('hop', 'events:PutEvents')
    await on.rule(orders, [{ Id: 'bus', Arn: EventBusArn, RoleArn, InputPath: '$.detail.id' }])
    await on.rule(orders, [{ Id: 'queue', Arn: queue.arn }], 'rule', 'second')
    await put(entry({ id: 1 }))
    expect(await on.bodies(queue.url)).toEqual([])
  })

  it('EventBridge 15: a scheduled rule delivers like any other, with its input and group', async () => {
    const queue = await on.queue('ticks.fifo')
    await on.events.send(new PutRuleCommand({ Name: 'tick', ScheduleExpression: 'rate(30 minutes)' }))
    const SqsParameters = { MessageGroupId: 'ticks' }
    const Targets = [{ Id: 'queue', Arn: queue.arn, SqsParameters, InputPath: '$.time' }]
    await on.events.send(new PutTargetsCommand({ Rule: 'tick', Targets }))
    await on.clock.advance(HOUR)
    const messages = await on.received(queue.url)
    expect(messages.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId])).toEqual([
      ['"2026-01-01T00:30:00Z"', 'ticks'],
      ['"2026-01-01T01:00:00Z"', 'ticks'],
    ])
  })

  it('EventBridge 15: a scheduled event names its rule', async () => {
    const queue = await on.queue('ticks')
    const { RuleArn } = await on.events.send(
      new PutRuleCommand({ Name: 'tick', ScheduleExpression: 'cron(15 * * * ? *)' }),
    )
    await on.events.send(new PutTargetsCommand({ Rule: 'tick', Targets: [{ Id: 'queue', Arn: queue.arn }] }))
    await on.clock.advance(HOUR)
    expect((await on.bodies(queue.url)).map((body) => JSON.parse(body))).toMatchObject([
      {
        ...{ source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [RuleArn], detail: {} },
        time: '2026-01-01T00:15:00Z',
      },
    ])
  })

  it('delivers to a topic as its policy allows', async () => {
    const sns = on.cloud.client(SNSClient)
    const queue = await on.queue('orders', 'sns.amazonaws.com')
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'orders' }))
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }))
    await on.rule(orders, [{ Id: 'topic', Arn: TopicArn, InputPath: '$.detail' }])
    await put(entry({ refused: true }))
    const AttributeValue = allow('events.amazonaws.com', TopicArn).replace('sqs:SendMessage', 'sns:Publish')
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }))
    await put(entry({ id: 1 }))
    expect((await on.bodies(queue.url)).map((body) => JSON.parse(body).Message)).toEqual(['{"id":1}'])
  })

  it('refuses in words a target that it does not have', async () => {
    const Arn = 'arn:aws:kinesis:us-east-1:000000000000:stream/s'
    const { code, message } = await refusal(on.rule(orders, [{ Id: 'stream', Arn }]))
    expect(code).toBe('NotSimulated')
    expect(message).toContain(Arn)
  })
})

const attributesOf = (attributes: Record<string, { StringValue?: string | undefined }> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, { StringValue = '' }]) => [name, StringValue]))

/** A topic whose service throttles every publication, and when it did. */
const busyService = async (
  on: Awaited<ReturnType<typeof startEventsCloud>>,
): Promise<{ arn: string; attempts: number[] }> => {
  await on.cloud.client(SNSClient).send(new CreateTopicCommand({ Name: 'busy' }))
  const attempts = failing(on.cloud, 'sns', 'Publish', new AwsError('ThrottledException', 'Rate exceeded'))
  return { arn: 'arn:aws:sns:us-east-1:000000000000:busy', attempts }
}
