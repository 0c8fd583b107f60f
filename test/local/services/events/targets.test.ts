import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { entry, startEventsCloud } from './support.ts'

describe('targets', () => {
  let on: Awaited<ReturnType<typeof startEventsCloud>>
  beforeEach(async () => {
    on = await startEventsCloud()
  })
  afterEach(() => on.stop())

  it('delivers the event of a matching rule to a queue', async () => {
    const queue = await on.queue('orders')
    await on.rule({ source: ['shop.orders'] }, [{ Id: 'queue', Arn: queue.arn }])
    const { Entries } = await on.events.send(
      new PutEventsCommand({ Entries: [entry({ id: 1 }), entry({ id: 2 }, { Source: 'other' })] }),
    )
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
})
