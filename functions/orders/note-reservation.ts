import { StockRejected, StockReserved } from '../../contracts/inventory.ts'
import { OrderCancelled, ReserveGoods } from '../../contracts/orders.ts'
import { orderCallback } from '../../contracts/sagas.ts'
import { consumer } from '../../messaging/index.ts'
import { cancel, orders, shortList } from './order.ts'

/** Tells the saga, which waits for inventory's answer. A step that is declined has nothing to undo: the order is cancelled here. */
export const handler = consumer(
  import.meta,
  {
    id: 'orders.note-reservation',
    on: [StockReserved, StockRejected],
    stores: { orders },
    publishes: [OrderCancelled],
    sagas: { answers: [ReserveGoods] },
  },
  async ({ orderId }, unit, { message }) => {
    const callback = orderCallback(orderId, 'reserve')
    if (message.type === 'inventory.StockReserved') {
      await unit.answer(ReserveGoods, callback, {})
      return
    }
    const reason = `out of stock: ${shortList(message.data.short)}`
    const { state } = await unit.orders.load(orderId)
    unit.orders.append(orderId, cancel(state, orderId, reason))
    await unit.decline(ReserveGoods, callback, { code: 'OutOfStock', message: reason })
  },
)
