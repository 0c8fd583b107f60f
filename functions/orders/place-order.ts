import { OrderPlaced, PlaceOrder } from '../../contracts/orders.ts'
import { orderSaga } from '../../contracts/sagas.ts'
import { worker } from '../../messaging/index.ts'
import { orders, place } from './order.ts'

export const handler = worker(
  import.meta,
  {
    id: 'orders.place-order',
    on: PlaceOrder,
    stores: { orders },
    publishes: [OrderPlaced],
    sagas: { starts: [orderSaga] },
  },
  async (order, unit) => {
    const { orderId, customerId, country } = order
    const { state } = await unit.orders.load(orderId)
    const placed = place(state, order)
    unit.orders.append(orderId, placed)
    for (const { data } of placed)
      unit.startSaga(orderSaga, { orderId, customerId, country, total: data.total, units: data.units })
  },
)
