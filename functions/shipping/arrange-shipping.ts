import { ArrangeShipping, ShippingNoticeSent } from '../../contracts/shipping.ts'
import { only, sagaStep } from '../../messaging/index.ts'
import { notices } from './notice.ts'

export const handler = sagaStep(
  import.meta,
  {
    id: 'shipping.arrange-shipping',
    step: ArrangeShipping,
    stores: { notices: only(notices, 'save') },
    publishes: [ShippingNoticeSent],
  },
  {
    act({ orderId, customerId, country, units }, unit, { now }) {
      unit.notices.save({ orderId, customerId, country, units, sentAt: now.toISOString() })
      unit.publish(ShippingNoticeSent, { orderId, country, units })
      return {}
    },
  },
)
