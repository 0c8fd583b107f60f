import * as z from 'zod'
import { query, store } from '../../../messaging/index.ts'

const Stock = z.object({ sku: z.string(), left: z.number().int() })

export const stock = store('stock', { schema: Stock, key: ({ sku }) => sku })

/** How much is left of an article. */
export const GetStock = query('inventory.GetStock', { request: z.object({ sku: z.string() }), reply: Stock })
