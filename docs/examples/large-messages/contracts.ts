import * as z from 'zod'
import { claimCheck, command, event, saga, step, store } from '../../../messaging/index.ts'

const Line = z.object({ sku: z.string(), name: z.string(), price: z.number().int() })
const schema = z.object({ listId: z.string(), supplier: z.string(), lines: z.array(Line) })
const key = ({ listId }: { listId: string }): string => listId

/** Whole price lists of suppliers: some have a hundred thousand lines. */
export const ImportPrices = command('catalogue.ImportPrices', { schema, key, claimCheck: claimCheck() })
/** Consumers may choose by supplier, so that stays plain. */
export const PricesImported = event('catalogue.PricesImported', {
  schema,
  key,
  claimCheck: claimCheck({ plain: ['supplier'] }),
})

const Figures = z.object({ listId: z.string(), lines: z.number().int(), total: z.number().int() })
/** A saga passes ids and figures on, never documents. */
export const Approve = step('catalogue.Approve', { input: Figures, undo: 'impossible' })
export const reviewSaga = saga('catalogue.ReviewSaga', { input: Figures, key }, (flow) =>
  flow.pivot('approve', Approve, { input: ({ input }) => input }),
)

/** What a reader has made of a list. */
export const readings = store('reading', { schema: Figures, key })
/** Whether the search index takes anything. */
export const doors = store('door', {
  schema: z.object({ name: z.string(), closed: z.boolean() }),
  key: ({ name }) => name,
})
