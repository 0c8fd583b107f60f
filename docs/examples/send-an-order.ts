// A client of a running shop: `npm start` in another terminal, then
//   npx node docs/examples/send-an-order.ts
import { PlaceOrder } from '../../contracts/orders.ts'
import { createBus } from '../../messaging/index.ts'

// What every SDK client reads. Where the shell has set them, that is another endpoint, or AWS.
const { env } = process
if (!env.AWS_ENDPOINT_URL && !env.AWS_PROFILE && !env.AWS_ACCESS_KEY_ID)
  Object.assign(env, {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })

const bus = createBus({ app: 'shop' })
const order = {
  orderId: 'example-1',
  country: 'France',
  lines: [{ sku: '22423', description: 'Regency cakestand', quantity: 1, unitPrice: 1275 }],
}
// Sent twice under one id: placed once.
await bus.send(PlaceOrder, order, { id: 'example-1' })
const { id } = await bus.send(PlaceOrder, order, { id: 'example-1' })
console.log(`sent ${id}`)
