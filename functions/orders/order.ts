import type { StockRejected } from '../../contracts/inventory.ts'
import { unitsOf } from '../../contracts/lines.ts'
import { total } from '../../contracts/money.ts'
import { OrderCancelled, OrderConfirmed, OrderPlaced, type PlaceOrder } from '../../contracts/orders.ts'
import type { PaymentDeclined, PaymentTaken } from '../../contracts/payments.ts'
import { aggregate, type Data, Dead, type FactOf, type MessageOf } from '../../messaging/index.ts'

/** An order's life: nothing, placed, then confirmed or cancelled for good. */
export type OrderState =
  | { readonly status: 'none' }
  | {
      readonly status: 'placed' | 'confirmed' | 'cancelled'
      readonly customerId?: string | undefined
      readonly country: string
      readonly total: number
      readonly units: number
    }

type Outcome = MessageOf<typeof PaymentTaken | typeof PaymentDeclined | typeof StockRejected>

export function place(state: OrderState, order: Data<typeof PlaceOrder>): FactOf<typeof OrderPlaced>[] {
  if (state.status !== 'none') return []
  const { lines } = order
  return [{ type: 'orders.OrderPlaced', data: { ...order, total: total(lines), units: unitsOf(lines) } }]
}

/** What the order makes of the news from inventory and payments. The first word is final. */
export function settle(state: OrderState, outcome: Outcome): FactOf<typeof OrderConfirmed | typeof OrderCancelled>[] {
  const { orderId } = outcome.data
  if (state.status === 'none')
    throw new Dead(`${outcome.type} for order ${orderId}, which was never placed`, { code: 'UnknownOrder' })
  if (state.status !== 'placed') return []
  switch (outcome.type) {
    case 'payments.PaymentTaken': {
      const { customerId, country, total, units } = state
      return [{ type: 'orders.OrderConfirmed', data: { orderId, customerId, country, total, units } }]
    }
    case 'payments.PaymentDeclined':
      return [{ type: 'orders.OrderCancelled', data: { orderId, reason: `payment declined: ${outcome.data.reason}` } }]
    case 'inventory.StockRejected':
      return [
        { type: 'orders.OrderCancelled', data: { orderId, reason: `out of stock: ${shortList(outcome.data.short)}` } },
      ]
  }
}

/** The reason is for people: a long order may be short of hundreds of goods. */
function shortList(skus: readonly string[]): string {
  return skus.length > 10 ? `${skus.slice(0, 10).join(', ')} and ${skus.length - 10} more` : skus.join(', ')
}

export function evolve(
  state: OrderState,
  event: MessageOf<typeof OrderPlaced | typeof OrderConfirmed | typeof OrderCancelled>,
): OrderState {
  if (event.type === 'orders.OrderPlaced') {
    const { customerId, country, total, units } = event.data
    return { status: 'placed', customerId, country, total, units }
  }
  if (state.status === 'none') return state
  return { ...state, status: event.type === 'orders.OrderConfirmed' ? 'confirmed' : 'cancelled' }
}

export const initial = (): OrderState => ({ status: 'none' })

export const orders = aggregate('order', { initial, evolve, events: [OrderPlaced, OrderConfirmed, OrderCancelled] })
