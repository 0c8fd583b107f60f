import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateInvoices, type Invoice } from '../../bin/feed/index.ts'
import { fate, Settings } from '../../functions/sandbox/behaviour.ts'
import { shopTables } from '../../lib/stacks/tables.ts'
import { globals } from '../../messaging/runtime/ports.ts'
import { openSagasOf } from '../../messaging/runtime/saga-open.ts'
import { openTable } from '../../messaging/runtime/table.ts'
import { pay, tell } from './customer.ts'
import { expectAllFigures } from './figures.ts'
import type { RunningShop } from './running-shop.ts'

let shop: RunningShop

const SECOND = 1000
const HALF_AN_HOUR = 1800 * SECOND
const GOODS = { sku: 'F50', quantity: 1 }

const order = (number: string): Invoice => ({
  number,
  kind: 'order',
  invoicedAt: '2010-12-01T08:26:00.000Z',
  customerId: '20050',
  country: 'EIRE',
  lines: [{ ...GOODS, unitPrice: 500 }],
})

async function stock(quantity: number, reference: string): Promise<void> {
  await shop.api.post('stock', { lines: [{ ...GOODS, quantity }] }, reference)
  await shop.cloud.clock.idle()
}

/** At an instant of the shop's clock, which goes on when it is done. */
function at(due: number, act: () => Promise<unknown>): Promise<unknown> {
  const { clock } = shop.cloud
  return new Promise((resolve, reject) => {
    clock.at(due, 'test', () => clock.holding('test', () => act().then(resolve, reject)))
  })
}

const statusOf = async (orderId: string): Promise<string> =>
  ((await shop.api.get(`orders/${orderId}`)).body as { readonly status: string }).status

async function executions() {
  const { executions = [] } = await shop.cloud.client(SFNClient).send(
    new ListExecutionsCommand({
      stateMachineArn: `arn:aws:states:${shop.cloud.region}:${shop.cloud.account}:stateMachine:shop-orders-OrderSaga`,
    }),
  )
  return executions
}

export function orderSaga(running: () => RunningShop): void {
  describe('the order saga', { timeout: 240_000 }, () => {
    let began: number
    beforeAll(() => {
      shop = running()
      began = shop.cloud.clock.now()
    })

    it('F50: an order that is paid at 29:59 is confirmed, at 30:00 cancelled, and none is ever both', async () => {
      await stock(4, 'f50')
      await shop.provider({ unpaid: true })
      const placed = shop.cloud.clock.now()
      const amount = 500
      const due = async (number: string) => ({ orderId: await shop.place(order(number)), amount })
      const inTime = await due('in-time')
      const heardLate = await due('heard-late')
      const onTheDot = await due('on-the-dot')
      const tooLate = await due('too-late')
      const told = at(placed + HALF_AN_HOUR - SECOND, async () => {
        await shop.provider({})
        await tell(shop, await pay(shop, inTime))
        return pay(shop, heardLate)
      })
      const dot = at(placed + HALF_AN_HOUR, async () => tell(shop, await pay(shop, onTheDot)))
      const late = at(placed + HALF_AN_HOUR + SECOND, async () => {
        await tell(shop, (await told) as object)
        return pay(shop, tooLate)
      })
      expectAllFigures(await shop.settled())
      await Promise.all([dot, late])
      expect(await late).toMatchObject({ status: 'declined', reason: 'the charge was cancelled' })
      expect(await Promise.all([inTime, heardLate, tooLate].map(({ orderId }) => statusOf(orderId)))).toEqual([
        'confirmed',
        'cancelled',
        'cancelled',
      ])
    })

    it('refunds once whatever a provider took that fails, never ends or answers twice, and returns the stock', async () => {
      // By this seed five orders meet a fate each; undoing one fails first, undoing another loses the answer that the money is back.
      const faults = { seed: '1i', failShare: 0.2, timeOutShare: 0.4, twiceShare: 0.2 }
      await shop.provider(faults)
      const invoices = generateInvoices({ count: 6, seed: 7 }).filter(({ kind }) => kind === 'order')
      const result = await shop.run(invoices)
      await shop.provider({})
      expectAllFigures(result)
      const settings = Settings.parse({ ...faults, webhook: 'http://shop' })
      const fates: (readonly [met: string, status: string])[] = []
      for (const { number } of invoices) {
        const orderId = shop.idOf(number)
        const charge = { operation: 'charge', key: `order-${orderId}`, reference: orderId, amount: 1 } as const
        fates.push([fate(charge, 1, settings), await statusOf(orderId)])
      }
      expect(new Set(fates.map(([met]) => met))).toEqual(new Set(['fail', 'hang', 'hang-moved', 'twice', 'answer']))
      for (const [met, status] of fates)
        expect(status, met).toBe(met === 'answer' || met === 'twice' ? 'confirmed' : 'cancelled')
    })

    it('is undone by another execution when the first is stopped from outside', async () => {
      await stock(1, 'stopped')
      await shop.provider({ unpaid: true })
      const stopped = at(shop.cloud.clock.now() + 60 * SECOND, async () => {
        const [running] = (await executions()).filter(({ status }) => status === 'RUNNING')
        await shop.cloud.client(SFNClient).send(new StopExecutionCommand({ executionArn: running?.executionArn }))
      })
      const orderId = await shop.place(order('stopped'))
      expectAllFigures(await shop.settled())
      await stopped
      expect(await statusOf(orderId)).toBe('cancelled')
      await shop.provider({})
    })

    it('is told of by the reconciliation where it waits for an operator', async () => {
      const dynamodb = shop.cloud.client(DynamoDBClient)
      const table = openTable(dynamodb, shopTables('shop').orders, globals)
      const open = openSagasOf('orders.OrderSaga', dynamodb, table)
      const stuck = { step: 'pay', state: 'Undo pay', code: 'StepFailed', message: 'no', token: 't' }
      await open.needAttention('o-1', 'e-1', { ...stuck, since: new Date(0).toISOString() })
      expect(await shop.settled()).toMatchObject({
        ok: false,
        leftOver: { sagas: ["orders.OrderSaga o-1 at 'Undo pay': StepFailed"] },
      })
      await open.close('o-1')
    })

    it('takes at most 8 billed transitions from the start to the end', async () => {
      const own = (await executions()).filter(({ startDate }) => Number(startDate) >= began)
      const done = own.filter(({ status }) => status === 'SUCCEEDED')
      expect(done.length).toBeGreaterThan(3)
      for (const { executionArn } of done) {
        const history = new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 })
        const { events = [] } = await shop.cloud.client(SFNClient).send(history)
        // The start is one of them: https://aws.amazon.com/step-functions/pricing/
        const entered = events.filter(({ type }) => type?.endsWith('StateEntered')).length
        expect(1 + entered).toBeLessThanOrEqual(8)
      }
    })
  })
}
