import { type Line, unitsOf } from '../../contracts/lines.ts'
import { total } from '../../contracts/money.ts'
import { OrderCancelled, OrderConfirmed, OrderPlaced, type PlaceOrder } from '../../contracts/orders.ts'
import { aggregate, type Data, type FactOf, type MessageOf } from '../../messaging/index.ts'

/** An order's life: nothing, placed, then confirmed or cancelled for good. */
export type OrderState =
  | { readonly status: 'none' }
  | {
      readonly status: 'placed' | 'confirmed' | 'cancelled'
      readonly customerId?: string | undefined
      readonly country: string
      readonly total: number
      readonly units: number
      readonly lines: readonly Line[]
    }

export function place(state: OrderState, order: Data<typeof PlaceOrder>): FactOf<typeof OrderPlaced>[] {
  if (state.status !== 'none') return []
  const { lines } = order
  return [{ type: 'orders.OrderPlaced', data: { ...order, total: total(lines), units: unitsOf(lines) } }]
}

/** Its goods are with the carrier. */
export function confirm(state: OrderState, orderId: string): FactOf<typeof OrderConfirmed>[] {
  if (state.status !== 'placed') return []
  const { customerId, country, total, units } = state
  return [{ type: 'orders.OrderConfirmed', data: { orderId, customerId, country, total, units } }]
}

/** It fell through. The first word is final: a confirmed order is not cancelled any more. */
export function cancel(state: OrderState, orderId: string, reason: string): FactOf<typeof OrderCancelled>[] {
  return state.status === 'placed' ? [{ type: 'orders.OrderCancelled', data: { orderId, reason } }] : []
}

/** The reason is for people: a long order may be short of hundreds of goods. */
export function shortList(skus: readonly string[]): string {
  return skus.length > 10 ? `${skus.slice(0, 10).join(', ')} and ${skus.length - 10} more` : skus.join(', ')
}

export function evolve(
  state: OrderState,
  event: MessageOf<typeof OrderPlaced | typeof OrderConfirmed | typeof OrderCancelled>,
): OrderState {
  if (event.type === 'orders.OrderPlaced') {
    const { customerId, country, total, units, lines } = event.data
    return { status: 'placed', customerId, country, total, units, lines }
  }
  if (state.status === 'none') return state
  return { ...state, status: event.type === 'orders.OrderConfirmed' ? 'confirmed' : 'cancelled' }
}

export const initial = (): OrderState => ({ status: 'none' })

export const orders = aggregate('order', { initial, evolve, events: [OrderPlaced, OrderConfirmed, OrderCancelled] })
