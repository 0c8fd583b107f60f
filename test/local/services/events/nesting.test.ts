import { PutEventsCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge'
import { SetSubscriptionAttributesCommand } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile, fieldsOf, nestingOf } from '../../../../local/services/events/pattern/index.ts'
import { refusal, startTopicsCloud } from '../sns/support.ts'
import { entry } from './support.ts'

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}["x"]${'}'.repeat(depth)}`
const DEPTH = 'Document nesting depth (1001) exceeds the maximum allowed (1000'

/** Whoever reads JSON by recursion falls over at some depth; AWS's reader stops at 1000. */
describe('deep nesting', () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  beforeAll(async () => {
    on = await startTopicsCloud()
  })
  afterAll(() => on.stop())

  it('is counted outside of strings', () => {
    expect(nestingOf('{"a[[[":["]]\\"{{",[]]}')).toBe(3)
    expect(nestingOf(nested(20))).toBe(21)
  })

  it('is refused in patterns', async () => {
    const Event = JSON.stringify({ id: 'i', account: 'a', source: 's', time: 't', region: 'r', 'detail-type': 'd' })
    const test = new TestEventPatternCommand({ EventPattern: nested(20_000), Event })
    expect((await refusal(on.events.send(test))).message).toContain(DEPTH)
    const TopicArn = await on.topic('patterns')
    const SubscriptionArn = await on.subscribe(TopicArn, (await on.queue('patterns')).arn)
    const set = new SetSubscriptionAttributesCommand({
      ...{ SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: nested(20_000) },
    })
    expect((await refusal(on.sns.send(set))).message).toContain(DEPTH)
  })

  it('is refused in events', async () => {
    const put = async (depth: number) =>
      (await on.events.send(new PutEventsCommand({ Entries: [entry({}, { Detail: nested(depth) })] }))).Entries?.[0]
    expect(await put(998)).toHaveProperty('EventId')
    for (const depth of [999, 20_000]) expect(await put(depth)).toMatchObject({ ErrorCode: 'MalformedDetail' })
  })

  it('fits no filter on the body, nor on a list among the attributes', async () => {
    const queue = await on.queue('filtered')
    const body = await on.topic('body')
    await on.subscribe(body, queue.arn, { FilterPolicyScope: 'MessageBody', FilterPolicy: '{"a":[{"exists":true}]}' })
    await on.publish(body, nested(20_000))
    const attribute = await on.topic('attribute')
    await on.subscribe(attribute, queue.arn, { FilterPolicy: '{"a":["x"]}' })
    const StringValue = `[${'['.repeat(20_000)}${']'.repeat(20_000)}]`
    await on.publish(attribute, 'm', { MessageAttributes: { a: { DataType: 'String.Array', StringValue } } })
    expect(await on.bodies(queue.url)).toEqual([])
  })

  it('is left out of a record that is matched as a value', () => {
    const record = { kind: 'order', body: JSON.parse(nested(20_000)) }
    expect(compile('{"kind":["order"]}').matches(fieldsOf(record))).toBe(true)
  })
})
