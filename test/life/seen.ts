import * as z from 'zod'
import { store } from '../../messaging/index.ts'

/** What the handlers leave behind: who saw whom as what, and how often. */
export const seen = store('seen', {
  schema: z.object({ by: z.string(), id: z.string(), as: z.string(), times: z.int() }),
  key: ({ by, id }) => `${by}#${id}`,
})
