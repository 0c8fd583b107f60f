import { GetSubscriptionAttributesCommand, SetSubscriptionAttributesCommand } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FilteredMessage } from '../../../../local/services/sns/filter/filtered-message.ts'
import { compileFilter } from '../../../../local/services/sns/filter/policy.ts'
import type { MessageAttribute } from '../../../../local/services/sns/topic.ts'
import { refusal, startTopicsCloud } from './support.ts'

const attributes = (given: Record<string, [type: string, text: string]>): ReadonlyMap<string, MessageAttribute> =>
  new Map(Object.entries(given).map(([name, [type, text]]) => [name, { type, text, binary: undefined }]))
const byAttributes = (policy: object, given: Record<string, [string, string]>): boolean =>
  compileFilter(JSON.stringify(policy), 'MessageAttributes').matches(new FilteredMessage('', attributes(given)))
const byBody = (policy: object, body: unknown): boolean =>
  compileFilter(JSON.stringify(policy), 'MessageBody').matches(
    new FilteredMessage(typeof body === 'string' ? body : JSON.stringify(body), new Map()),
  )

describe('filter policies on attributes', () => {
  it('SNS 1: an absent attribute fits nothing but exists: false', () => {
    for (const rule of ['x', null, { 'anything-but': 'x' }, { prefix: '' }, { exists: true }])
      expect(byAttributes({ a: [rule] }, {})).toBe(false)
    expect(byAttributes({ a: [{ exists: false }] }, {})).toBe(true)
    expect(byAttributes({ a: [{ exists: false }] }, { a: ['String', 'x'] })).toBe(false)
  })

  it('SNS 1: the elements of a String.Array match one by one', () => {
    const array: Record<string, [string, string]> = { a: ['String.Array', '["x", "y", 3, true]'] }
    expect(byAttributes({ a: ['y'] }, array)).toBe(true)
    expect(byAttributes({ a: [3] }, array)).toBe(true)
    expect(byAttributes({ a: [true] }, array)).toBe(true)
    expect(byAttributes({ a: ['z'] }, array)).toBe(false)
  })

  it('SNS 2: numeric rules fit Number attributes only, by value', () => {
    const rule = { price: [{ numeric: ['>', 0, '<=', 100] }] }
    expect(byAttributes(rule, { price: ['Number', '99.50'] })).toBe(true)
    expect(byAttributes(rule, { price: ['Number', '100.01'] })).toBe(false)
    expect(byAttributes(rule, { price: ['String', '99.5'] })).toBe(false)
    expect(byAttributes({ price: [100] }, { price: ['Number', '100.0'] })).toBe(true)
  })

  it('binary attributes are as good as absent', () => {
    const binary = new Map([['a', { type: 'Binary', text: undefined, binary: new Uint8Array([1]) }]])
    const fits = (rule: object) =>
      compileFilter(JSON.stringify({ a: [rule] }), 'MessageAttributes').matches(new FilteredMessage('', binary))
    expect(fits({ exists: true })).toBe(false)
    expect(fits({ exists: false })).toBe(true)
  })

  it('knows the operators that SNS has', () => {
    expect(byAttributes({ a: [{ 'equals-ignore-case': 'Order' }] }, { a: ['String', 'ORDER'] })).toBe(true)
    expect(byAttributes({ a: [{ suffix: 'er' }] }, { a: ['String', 'order'] })).toBe(true)
    expect(byAttributes({ a: [{ 'anything-but': { prefix: 'or' } }] }, { a: ['String', 'order'] })).toBe(false)
    expect(byAttributes({ ip: [{ cidr: '10.0.0.0/24' }] }, { ip: ['String', '10.0.0.9'] })).toBe(true)
    expect(byAttributes({ $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: ['String', 'y'] })).toBe(true)
  })
})

describe('filter policies on the body', () => {
  it('SNS 3: names reach into the objects of arrays', () => {
    const policy = {
      Records: { s3: { object: { key: [{ prefix: 'auto-' }] } }, eventName: [{ prefix: 'ObjectCreated:' }] },
    }
    const record = (eventName: string, key: string) => ({ eventName, s3: { object: { key } } })
    expect(byBody(policy, { Records: [record('ObjectCreated:Put', 'auto-1')] })).toBe(true)
    expect(
      byBody(policy, { Records: [record('ObjectCreated:Put', 'home-1'), record('ObjectRemoved', 'auto-1')] }),
    ).toBe(false)
  })

  it('SNS 4: $or is a choice and not a name', () => {
    const policy = { source: ['shop'], $or: [{ a: [1] }, { detail: { b: [2] } }] }
    expect(byBody(policy, { source: 'shop', detail: { b: 2 } })).toBe(true)
    expect(byBody(policy, { source: 'shop', detail: { b: 3 } })).toBe(false)
  })

  it('SNS 4: a body that is no JSON object fits nothing', () => {
    for (const body of ['plain', '[1]', '"x"', '{"a":']) expect(byBody({ a: [{ exists: false }] }, body)).toBe(false)
  })
})

describe('validation of filter policies', () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  let subscription: string
  let topic: string
  beforeAll(async () => {
    on = await startTopicsCloud()
    topic = await on.topic('orders')
    subscription = await on.subscribe(topic, 'arn:aws:sqs:us-east-1:000000000000:orders')
  })
  afterAll(() => on.stop())
  const set = (AttributeName: string, value: unknown) =>
    on.sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn: subscription,
        AttributeName,
        AttributeValue: typeof value === 'string' ? value : JSON.stringify(value),
      }),
    )
  const subscribed = (policy: object, scope = 'MessageAttributes') =>
    refusal(
      on.subscribe(topic, 'arn:aws:sqs:us-east-1:000000000000:other', {
        FilterPolicy: JSON.stringify(policy),
        FilterPolicyScope: scope,
      }),
    )
  const names = (count: number, values = 1) =>
    Object.fromEntries(
      Array.from({ length: count }, (_one, index) => [`key${index}`, Array.from({ length: values }, (_v, v) => v)]),
    )

  it('SNS 5: a nested policy is for the body only', async () => {
    expect(await refusal(set('FilterPolicy', { a: { b: ['x'] } }))).toEqual({
      code: 'InvalidParameter',
      message: 'Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy',
    })
  })

  it('SNS 5: at most 5 keys and 150 combinations', async () => {
    expect((await subscribed(names(6))).message).toBe(
      'Invalid parameter: Attributes Reason: FilterPolicy: Filter policy can not have more than 5 keys',
    )
    const tooComplex = 'Invalid parameter: Attributes Reason: FilterPolicy: Filter policy is too complex'
    expect((await subscribed(names(1, 151))).message).toBe(tooComplex)
    expect((await subscribed({ ...names(1, 100), other: names(1, 51).key0 })).message).toBe(tooComplex)
    // 3 levels x 4, 2 levels x 3, 1 level x 3: 216
    const nested = { a: { b: { c: [1, 2, 3, 4] } }, d: { e: [1, 2, 3] }, f: [1, 2, 3] }
    expect((await subscribed(nested, 'MessageBody')).message).toBe(tooComplex)
    // (4 x 6) + (4 x 4 x 4) + (4 x 4 x 4) = 152
    const four = [1, 2, 3, 4]
    const or = { source: four, $or: [{ name: [...four, 5, 6] }, { type: four, $or: [{ id: four }, { space: four }] }] }
    expect((await subscribed(or)).message).toBe(tooComplex)
    await set('FilterPolicy', names(5, 2))
  })

  it.each<[object, string]>([
    [
      { key: [['value']] },
      'Match value must be String, number, true, false, or null\n at [Source: (String)"{"key":[["value"]]}"; line: 1, column: 10]',
    ],
    [
      { key: [{ wrong: true }] },
      'Unrecognized match type wrong\n at [Source: (String)"{"key":[{"wrong":true}]}"; line: 1, column: 22]',
    ],
    [
      { key: [{ suffix: 100 }] },
      'suffix match pattern must be a string\n at [Source: (String)"{"key":[{"suffix":100}]}"; line: 1, column: 22]',
    ],
    [
      { key: [{ numeric: [] }] },
      'Invalid member in numeric match: ]\n at [Source: (String)"{"key":[{"numeric":[]}]}"; line: 1, column: 22]',
    ],
    [
      { key: [{ numeric: ['>', 3, '<', 1] }] },
      'Bottom must be less than top\n at [Source: (String)"{"key":[{"numeric":[">",3,"<",1]}]}"; line: 1, column: 33]',
    ],
    [
      { key: [{ 'anything-but': { suffix: 'test' } }] },
      'Unsupported anything-but pattern: suffix\n at [Source: (String)"{"key":[{"anything-but":{"suffix":"test"}}]}"; line: 1, column: 36]',
    ],
    [
      { key: [{ 'anything-but': { prefix: false } }] },
      'prefix match pattern must be a string\n at [Source: (String)"{"key":[{"anything-but":{"prefix":false}}]}"; line: 1, column: 40]',
    ],
    [
      { key: { suffix: 'value' } },
      '"suffix" must be an object or an array\n at [Source: (String)"{"key":{"suffix":"value"}}"; line: 1, column: 19]',
    ],
  ])('SNS 6: %j is refused with the place of the mistake', async (policy, reason) => {
    expect(await subscribed(policy)).toEqual({
      code: 'InvalidParameter',
      message: `Invalid parameter: Attributes Reason: FilterPolicy: ${reason}`,
    })
  })

  it('SNS 6: what is no JSON is refused by the character', async () => {
    expect((await refusal(set('FilterPolicy', '{invalid}'))).message).toBe(
      "Invalid parameter: FilterPolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
    )
  })

  it('SNS 7: a policy given at Subscribe is honoured, and its scope is told with it', async () => {
    const get = async (SubscriptionArn: string) =>
      (await on.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes ?? {}
    const queue = await on.queue('filtered')
    const filtered = await on.subscribe(topic, queue.arn, {
      FilterPolicy: '{"kind":["a"]}',
      FilterPolicyScope: 'MessageBody',
      RawMessageDelivery: 'true',
    })
    expect(await get(filtered)).toMatchObject({ FilterPolicy: '{"kind":["a"]}', FilterPolicyScope: 'MessageBody' })
    await on.publish(topic, '{"kind":"b"}')
    await on.publish(topic, '{"kind":"a"}')
    expect(await on.bodies(queue.url)).toEqual(['{"kind":"a"}'])
    await set('FilterPolicy', { kind: ['a'] })
    expect(await get(subscription)).toMatchObject({ FilterPolicyScope: 'MessageAttributes' })
    await set('FilterPolicy', '')
    expect(await get(subscription)).not.toHaveProperty('FilterPolicyScope')
  })
})
