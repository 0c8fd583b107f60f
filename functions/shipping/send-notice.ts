import { OrderConfirmed } from '../../contracts/orders.ts'
import { ShippingNoticeSent } from '../../contracts/shipping.ts'
import { consumer, only } from '../../messaging/index.ts'
import { notices } from './notice.ts'

export const handler = consumer(
  import.meta,
  {
    id: 'shipping.send-notice',
    on: OrderConfirmed,
    stores: { notices: only(notices, 'save') },
    publishes: [ShippingNoticeSent],
  },
  ({ orderId, customerId, country, units }, unit, { envelope }) => {
    unit.notices.save({ orderId, customerId, country, units, sentAt: envelope.time })
    unit.publish(ShippingNoticeSent, { orderId, country, units })
  },
)
