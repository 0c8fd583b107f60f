import * as z from 'zod'
import { store } from '../../../messaging/index.ts'

/** What the example's handlers leave behind, for tests that run it. */
export const seen = store('seen', {
  schema: z.object({ by: z.string(), orderId: z.string() }),
  key: ({ by, orderId }) => `${by}#${orderId}`,
})
