import * as z from 'zod'
import { store } from '../../../messaging/index.ts'

export const Figures = z.object({ listId: z.string(), lines: z.number().int(), total: z.number().int() })

/** What a reader has made of a list. */
export const readings = store('reading', { schema: Figures, key: ({ listId }) => listId })
/** Whether the search index takes anything. */
export const doors = store('door', {
  schema: z.object({ name: z.string(), closed: z.boolean() }),
  key: ({ name }) => name,
})
