import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { describe, expect, it, vi } from 'vitest'
import { orderSaga } from '../../contracts/sagas.ts'
import { handler as confirmOrder } from '../../functions/orders/confirm-order.ts'
import { handler as reserveGoods } from '../../functions/orders/reserve-goods.ts'
import type { MoneyRequest, PaymentProvider } from '../../functions/payments/payment-provider.ts'
import { handler as takePayment } from '../../functions/payments/take-payment.ts'
import { handler as arrangeShipping } from '../../functions/shipping/arrange-shipping.ts'
import { eventKey, headKey, VERSION } from '../../messaging/table-layout.ts'
import { checkSaga, type End } from '../messaging/saga/model/check.ts'
import { memoryTable } from '../messaging/saga/model/memory.ts'

type Items = ReadonlyMap<string, Record<string, AttributeValue>>

/** The provider's books: what each key has taken, and what went back. */
const { page } = vi.hoisted(() => {
  const books = new Map<string, { charged: number; refunded: number; cancelled: boolean }>()
  return {
    page: (key: string) => {
      const found = books.get(key) ?? { charged: 0, refunded: 0, cancelled: false }
      books.set(key, found)
      return found
    },
  }
})

vi.mock('../../functions/payments/invoked-provider.ts', () => {
  const provider: Pick<PaymentProvider, 'charge' | 'cancel'> = {
    // Taken when the customer pays, which is when the answer comes: the check says whether and when.
    charge: async (_request: MoneyRequest) => ({ status: 'pending' }),
    cancel: async (key) => {
      const found = page(key)
      if (found.charged > found.refunded) found.refunded += 1
      found.cancelled = true
      return found.charged > 0 ? { status: 'refunded', refundId: `re-${key}` } : { status: 'void' }
    },
  }
  return { invokedProvider: () => provider }
})

/** The customer pays, unless the charge is cancelled. */
function pay(orderId: string): { readonly chargeId: string } {
  const found = page(`order-${orderId}`)
  if (!found.cancelled) found.charged = 1
  return { chargeId: `ch-${orderId}` }
}

const brief = (orderId: string) => ({ orderId, customerId: 'c1', country: 'EIRE', total: 500, units: 1 })

/** A table in which the order of the path has been placed, and which can be asked for the events of an aggregate. */
function tableWithOrder(orderId: string) {
  const { items, client } = memoryTable()
  const keyed = ({ pk, sk }: { pk: string; sk: string }, rest: Record<string, AttributeValue>) =>
    items.set(`${pk}\n${sk}`, { pk: { S: pk }, sk: { S: sk }, ...rest })
  const placed = { ...brief(orderId), lines: [{ sku: 'A', quantity: 1, unitPrice: 500 }] }
  keyed(headKey('order', orderId), { [VERSION]: { N: '1' } })
  keyed(eventKey('order', orderId, 1), {
    type: { S: 'orders.OrderPlaced' },
    dataversion: { N: '1' },
    data: { S: JSON.stringify(placed) },
  })
  const send = async (command: { constructor: { name: string }; input: { ExpressionAttributeValues?: object } }) => {
    if (command.constructor.name !== 'QueryCommand') return client.send(command as never)
    const [partition, prefix] = Object.values(command.input.ExpressionAttributeValues ?? {}) as { S: string }[]
    const found = [...items].filter(([place]) => place.startsWith(`${partition?.S}\n${prefix?.S}`))
    return { Items: found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item) }
  }
  return { items, client: { send } as unknown as DynamoDBClient }
}

const has = (items: Items, orderId: string, type: string): boolean =>
  [...items.values()].some((item) => item.type?.S === type && item.data?.S?.includes(`"${orderId}"`))

/** Money and goods at the end of a path. */
function balance({ items }: { readonly items: Items }, end: End, orderId: string): readonly string[] {
  const { charged, refunded } = page(`order-${orderId}`)
  const shipped = items.has(`notice#${orderId}\n-`)
  const confirmed = has(items, orderId, 'orders.OrderConfirmed')
  const cancelled = has(items, orderId, 'orders.OrderCancelled')
  return [
    ...(refunded > charged ? [`${refunded} refunds of ${charged} charges`] : []),
    ...(confirmed && cancelled ? ['both confirmed and cancelled'] : []),
    ...(end === 'all done' && !(charged === 1 && refunded === 0 && shipped && confirmed) ? ['not all is done'] : []),
    ...(end === 'all undone' && charged !== refunded ? [`charged ${charged}, refunded ${refunded}`] : []),
    ...(end === 'all undone' && (shipped || confirmed) ? ['shipped or confirmed although all is undone'] : []),
    ...(end === 'all undone' && !cancelled ? ['neither confirmed nor cancelled'] : []),
  ]
}

describe('F33: every path through the order saga', () => {
  it('ends with the goods shipped and paid, with everything back, or with an operator', async () => {
    let paths = 0
    const checked = await checkSaga(
      {
        saga: orderSaga,
        handlers: [reserveGoods, takePayment, arrangeShipping, confirmOrder],
        input: brief,
        answer: (step) => (step === 'pay' ? pay(`saga-${paths - 1}`) : {}),
      },
      { table: () => tableWithOrder(`saga-${paths++}`), balance },
    )
    console.info(`${checked.paths} paths in ${checked.milliseconds} ms: ${JSON.stringify(checked.ends)}`)
    expect(checked.problems.slice(0, 5)).toEqual([])
    expect(Math.min(...Object.values(checked.ends))).toBeGreaterThan(0)
  }, 120_000)
})
