import { worker } from '../../../messaging/index.ts'
import { NotifyCustomer } from './contracts.ts'
import { seen } from './seen.ts'

export const handler = worker(
  import.meta,
  {
    id: 'shipping.notify-customer',
    on: NotifyCustomer,
    stores: { seen },
    uses: [
      {
        actions: ['lambda:InvokeFunction'],
        on: [{ service: 'lambda', resource: 'function', name: '{app}-mailer' }],
        env: { MAILER: '{app}-mailer' },
      },
    ],
  },
  ({ orderId }, unit) => unit.seen.save({ by: 'notify-customer', orderId }),
)
