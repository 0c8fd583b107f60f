import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AwsError } from '../../../../local/errors.ts'
import { failing } from '../support.ts'
import { startTopicsCloud } from './support.ts'

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:handler'

describe('delivery to functions', () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  beforeEach(async () => {
    on = await startTopicsCloud()
  })
  afterEach(() => on.stop())

  it('SNS 17: a function that is not there gets no retry: the notification goes to the dead-letter queue', async () => {
    const letters = await on.queue('letters')
    const topic = await on.topic('orders')
    await on.subscribe(topic, FUNCTION, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: letters.arn }) })
    await on.publish(topic, 'lost', { MessageAttributes: { attr1: { DataType: 'Number', StringValue: '1' } } })
    const [body = '{}'] = await on.bodies(letters.url)
    expect(JSON.parse(body)).toMatchObject({
      Message: 'lost',
      MessageAttributes: { attr1: { Type: 'Number', Value: '1' } },
    })
  })

  it('SNS 17: a service that fails is asked again: 3 times at once, twice after a second, then slower up to 20 s', async () => {
    const calls = failing(
      on.cloud,
      'lambda',
      'Invoke',
      new AwsError('ServiceException', 'Out of order', { status: 500 }),
    )
    const topic = await on.topic('orders')
    await on.subscribe(topic, FUNCTION)
    await on.publish(topic, 'again')
    await on.clock.advance(300_000)
    const waits = calls.slice(1).map((at, index) => at - (calls[index] ?? 0))
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 1_000, 1_000])
    expect(waits[5]).toBeGreaterThan(0)
    expect(waits[5]).toBeLessThanOrEqual(1_000)
    expect(waits.slice(15).every((wait) => wait === 20_000)).toBe(true)
    expect(waits.length).toBeGreaterThan(18)
  })

  it('a duplicate is delivered where the fault plan says so, on standard topics only', async () => {
    on.cloud.kernel.faults.use((point) => (point === 'sns.duplicate' ? 'duplicate' : 'none'))
    const queue = await on.queue('orders')
    const topic = await on.topic('orders')
    const fifo = await on.topic('orders.fifo', { ContentBasedDeduplication: 'true' })
    for (const arn of [topic, fifo]) await on.subscribe(arn, queue.arn, { RawMessageDelivery: 'true' })
    await on.publish(topic, 'twice')
    await on.publish(fifo, 'once', { MessageGroupId: 'g' })
    expect((await on.bodies(queue.url)).sort()).toEqual(['once', 'twice', 'twice'])
  })
})
