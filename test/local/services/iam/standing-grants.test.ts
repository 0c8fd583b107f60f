import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Iam } from '../../../../local/services/iam/index.ts'
import { startTopicsCloud } from '../sns/support.ts'

/** What a resource lets a service do is remembered between messages; nothing that can change may be. */
describe("a queue's policy, asked for each message of a topic", () => {
  let on: Awaited<ReturnType<typeof startTopicsCloud>>
  let queue: { url: string; arn: string }
  let topic: string
  beforeEach(async () => {
    on = await startTopicsCloud()
    queue = await on.queue('orders')
    topic = await on.topic('orders')
    await on.subscribe(topic, queue.arn)
  })
  afterEach(() => on.stop())

  const permit = (...Condition: object[]) => {
    const allow = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage' }
    const Statement = Condition.map((each) => ({ ...allow, Resource: queue.arn, Condition: each }))
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    return on.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { Policy } }))
  }
  /** How many of two messages arrive at once; what is denied is lost to a queue without a dead-letter queue. */
  const delivered = async () => {
    for (const text of ['one', 'two']) await on.publish(topic, text)
    return (await on.bodies(queue.url)).length
  }

  it('stops the deliveries with the next message after the permission is gone, and lets them on again', async () => {
    await permit({ ArnEquals: { 'aws:SourceArn': topic } })
    expect(await delivered()).toBe(2)
    await permit({ ArnEquals: { 'aws:SourceArn': `${topic}-other` } })
    expect(await delivered()).toBe(0)
    await permit({ ArnEquals: { 'aws:SourceArn': topic } })
    expect(await delivered()).toBe(2)
  })

  it('permits one topic what it does not permit another', async () => {
    await permit({ ArnEquals: { 'aws:SourceArn': topic } })
    expect(await delivered()).toBe(2)
    const other = await on.topic('returns')
    await on.subscribe(other, queue.arn)
    await on.publish(other, 'three')
    expect(await on.bodies(queue.url)).toEqual([])
  })

  it('is shown to who observes IAM also where it was remembered before', async () => {
    await permit({ ArnEquals: { 'aws:SourceArn': topic } })
    expect(await delivered()).toBe(2)
    const seen: string[] = []
    on.cloud.context.service<Iam>('iam').observe(({ action }) => void seen.push(action))
    expect(await delivered()).toBe(2)
    expect(seen.filter((action) => action === 'sqs:SendMessage')).toHaveLength(2)
  })

  it('asks a condition on time for each message anew', async () => {
    await permit({ DateLessThan: { 'aws:CurrentTime': '2026-01-01T01:00:00Z' } })
    expect(await delivered()).toBe(2)
    await on.cloud.clock.advance(3_600_000)
    expect(await delivered()).toBe(0)
  })
})
