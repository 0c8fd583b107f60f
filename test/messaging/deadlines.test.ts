import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { LambdaContext } from '../../messaging/context.ts'
import { command, consumer, event, worker } from '../../messaging/index.ts'
import { messageDeadline, startDeadline } from '../../messaging/runtime/deadline.ts'
import { type Lab, openLab } from './lab.ts'
import { envelope } from './support.ts'

const Order = z.object({ orderId: z.string() })
const key = (o: { orderId: string }) => o.orderId
const Placed = event('orders.OrderPlaced', { schema: Order, key })
const Shipped = event('shipping.OrderShipped', { schema: Order, key })
const Ship = command('shipping.ShipOrder', { schema: Order, key })

let lab: Lab
let id = 0
beforeAll(async () => {
  lab = await openLab()
})
beforeEach(() => {
  id++
  for (const name of Object.keys(lab.counts)) delete lab.counts[name as keyof typeof lab.counts]
})
afterAll(() => lab.stop())

const arrive = (overrides = {}) => lab.arrive([envelope({ id: `m-${id}`, ...overrides })])
const inMs = (ms: number) => new Date(lab.ports.now() + ms).toISOString()
const hanging = (late: (error: unknown) => void) =>
  consumer(
    import.meta,
    { id: `shipping.hanging-${id}`, on: Placed, publishes: [Shipped] },
    async (order, unit, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      try {
        unit.publish(Shipped, order)
      } catch (error) {
        late(error)
      }
    },
  )

describe('F45: deadlines', () => {
  it('a handler whose dependency hangs fails at its budget less a margin, never by the timeout of Lambda', async () => {
    let late: unknown
    const records = await arrive()
    const started = lab.ports.now()
    const { staying } = await lab.invoke(
      hanging((error) => {
        late = error
      }),
      records,
      () => undefined,
      { remainingMs: 3_000 },
    )
    expect(lab.ports.now() - started).toBe(2_700)
    expect(staying).toEqual(records.map(({ messageId }) => messageId))
    expect(late).toMatchObject({ message: expect.stringMatching('this unit is over') })
    expect((await lab.items()).filter(({ pk }) => pk.startsWith('mark#'))).toEqual([])
    expect(lab.counts).toEqual({ Failed: 1, Retried: 1 })
  })

  it('a message whose deadline has passed is dropped with a metric, without a try', async () => {
    let runs = 0
    const handler = worker(import.meta, { id: 'shipping.late', on: Ship }, () => {
      runs++
    })
    const records = await arrive({ type: 'shipping.ShipOrder', deadline: inMs(-1) })
    expect((await lab.invoke(handler, records)).staying).toEqual([])
    expect([runs, lab.counts, await lab.deadLetters()]).toEqual([0, { Expired: 1 }, []])
  })

  it("ends a handler at the message's own deadline, where that is before the budget's end, and drops the message", async () => {
    const started = lab.ports.now()
    const records = await arrive({ deadline: inMs(2_000) })
    const { staying } = await lab.invoke(
      hanging(() => {}),
      records,
    )
    expect(lab.ports.now() - started).toBe(2_000)
    expect([staying, lab.counts]).toEqual([[], { Expired: 1 }])
  })

  it("sets no timer for a message's deadline beyond any invocation: Node.js would let one of 25 days go off at once", () => {
    const set: number[] = []
    const ports = {
      ...lab.ports,
      after: (ms: number) => {
        set.push(ms)
        return () => {}
      },
    }
    const invocation = startDeadline({ getRemainingTimeInMillis: () => 30_000 } as LambdaContext, ports)
    const { signal } = messageDeadline(invocation, inMs(60 * 86_400_000), ports)
    expect([set, signal.aborted]).toEqual([[29_000], false])
  })

  it('is inherited by commands, and not by events: what has happened does not expire', async () => {
    const deadline = inMs(60_000)
    const handler = consumer(
      import.meta,
      { id: `shipping.inherits-${id}`, on: Placed, publishes: [Shipped], sends: [Ship] },
      (order, unit) => {
        unit.publish(Shipped, order)
        unit.send(Ship, order)
      },
    )
    await lab.invoke(handler, await arrive({ deadline }))
    const left = (await lab.outgoing()).filter(({ causationid }) => causationid === `m-${id}`)
    expect(left.map(({ type, deadline }) => [type, deadline])).toEqual([
      ['shipping.OrderShipped', undefined],
      ['shipping.ShipOrder', deadline],
    ])
  })
})
