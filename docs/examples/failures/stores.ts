import * as z from 'zod'
import { store } from '../../../messaging/index.ts'

export const rates = store('rates', {
  schema: z.object({ currency: z.string(), rate: z.number() }),
  key: (rate) => rate.currency,
})

export const statements = store('statements', {
  schema: z.object({ account: z.string(), lines: z.array(z.string()) }),
  key: (statement) => statement.account,
})
