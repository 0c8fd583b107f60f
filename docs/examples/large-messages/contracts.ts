import * as z from 'zod'
import { claimCheck, command, event } from '../../../messaging/index.ts'

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
