import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Invoice } from '../../bin/feed/index.ts'
import { expectAllFigures, some } from './figures.ts'
import type { RunningShop } from './running-shop.ts'

let shop: RunningShop

function order(number: string, skus: number): Invoice {
  return {
    number,
    kind: 'order',
    invoicedAt: '2010-12-01T08:26:00.000Z',
    customerId: '20001',
    country: 'EIRE',
    lines: Array.from({ length: skus }, (_, index) => ({ sku: `S${index}`, quantity: 1, unitPrice: 100 })),
  }
}

function asReturn(invoice: Invoice): Invoice {
  return { ...invoice, kind: 'return', lines: invoice.lines.map((line) => ({ ...line, quantity: -line.quantity })) }
}

export function ordersAndReturns(running: () => RunningShop): void {
  describe('the shop, end to end', { timeout: 120_000 }, () => {
    beforeAll(() => {
      shop = running()
    })

    it('brings every order and return to its end, and shows the orders', async () => {
      const invoices = some(8, 1)
      expectAllFigures(await shop.run(invoices))
      const confirmed = invoices.find(({ kind, customerId }) => kind === 'order' && customerId !== undefined)
      const orderId = shop.idOf(confirmed?.number ?? '')
      const { status, body } = await shop.api.get(`orders/${orderId}`)
      expect(status).toBe(200)
      expect(body).toMatchObject({ orderId, reference: confirmed?.number, status: 'confirmed', version: 2 })
      const list = await shop.api.get('orders', { customerId: confirmed?.customerId ?? '' })
      const { orders } = list.body as { orders: { orderId: string }[] }
      expect(orders.map((one) => one.orderId)).toContain(orderId)
    })

    it('is the same after every invoice was sent again', async () => {
      expectAllFigures(await shop.run(some(8, 1)))
    })

    it('is reconciled when nothing is under way, also where two runs are asked for at once', async () => {
      const both = await Promise.all([shop.run(some(3, 2)), shop.run(some(3, 3))])
      for (const result of both) expectAllFigures(result)
    })

    it('reserves an order of 593 goods in chunks, and takes a return of 100 goods in parts', async () => {
      expectAllFigures(await shop.run([order('593', 593), asReturn(order('C100', 100))]))
    })

    it('gives everything back when some of an order of many goods are short', async () => {
      const goods = Array.from({ length: 100 }, (_, index) => ({ sku: `S${index}`, quantity: 1 }))
      await shop.api.post('stock', { lines: goods }, 'half-of-it')
      await shop.cloud.clock.idle()
      const result = await shop.runWithoutGoods(order('200', 200))
      expectAllFigures(result)
      const reason = expect.stringMatching(/^out of stock: S\d+, .* more$/) as string
      expect(result.cancellations).toEqual([{ reason, count: 1 }])
    })

    it('charges once when the provider is slow, fails first and then loses its answer', async () => {
      await shop.provider({ delay: 1000, failFirst: 1, loseFirst: 1 })
      expectAllFigures(await shop.run(some(6, 2)))
    })

    it('takes the payment once when the provider answers through the webhook after 14 minutes, and twice', async () => {
      await shop.provider({ answerAfter: 840, twiceShare: 1 })
      const before = shop.cloud.clock.now()
      expectAllFigures(await shop.run(some(4, 6)))
      expect(shop.cloud.clock.now() - before).toBeGreaterThanOrEqual(840_000)
      await shop.provider({})
    })

    it('cancels an order whose payment is declined, and gives its goods back', async () => {
      await shop.provider({ declineOver: 0 })
      const result = await shop.run([order('declined', 3)])
      await shop.provider({})
      expectAllFigures(result)
      expect(result.cancellations).toContainEqual({ reason: 'payment declined: 300 is over the limit of 0', count: 1 })
    })

    it('refuses a malformed order with every reason at once', async () => {
      const lines = [{ sku: '', quantity: 0, unitPrice: 'free' }]
      const { status, body } = await shop.api.post('orders', { lines, coupon: 'X' }, 'malformed')
      expect(status).toBe(400)
      expect((body as { reasons: string[] }).reasons).toHaveLength(5)
    })

    it('dead-letters a malformed message on its first attempt, with the reason', async () => {
      const sqs = shop.cloud.client(SQSClient)
      const urlOf = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl
      const QueueUrl = await urlOf('shop-orders-place-order')
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"not":"an envelope"}' }))
      await shop.cloud.clock.idle()
      const deadLetters = await urlOf('shop-orders-place-order-dlq')
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: deadLetters, MessageAttributeNames: ['All'] }),
      )
      // The tests that follow find nothing left over.
      await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetters, ReceiptHandle: Messages[0]?.ReceiptHandle }))
      expect(Messages.map(({ Body }) => Body)).toEqual(['{"not":"an envelope"}'])
      expect(Messages[0]?.MessageAttributes?.attempts?.StringValue).toBe('1')
      expect(Messages[0]?.MessageAttributes?.['error-message']?.StringValue).toMatch(/specversion/)
    })
  })
}
