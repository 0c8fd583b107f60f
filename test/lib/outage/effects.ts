import * as z from 'zod'
import { store } from '../../../messaging/index.ts'

/** Every effect adds its number to its key's list: what is doubled, lost or out of order shows. */
export const effects = store('effects', {
  schema: z.object({ key: z.string(), numbers: z.array(z.number()) }),
  key: ({ key }) => key,
})
