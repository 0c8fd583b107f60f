import { worker } from '../../../messaging/index.ts'
import { NotifyCustomer } from './contracts.ts'

export const handler = worker(
  import.meta,
  {
    id: 'shipping.notify-customer',
    on: NotifyCustomer,
    uses: [
      {
        actions: ['lambda:InvokeFunction'],
        on: [{ service: 'lambda', resource: 'function', name: '{app}-mailer' }],
        env: { MAILER: '{app}-mailer' },
      },
    ],
  },
  () => {},
)
