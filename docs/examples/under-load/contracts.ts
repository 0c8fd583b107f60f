import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { command, event, store } from '../../../messaging/index.ts'

const schema = z.object({ id: z.string(), customer: z.string() })
const key = ({ id }: { id: string }): string => id
const tenant = ({ customer }: { customer: string }): string => customer

/** Some of it may wait: `{ priority: 'low' }`. */
export const Print = command('work.Print', { schema, key, priorities: true })
/** One customer's million rows must not keep the others waiting. */
export const ImportRows = command('work.ImportRows', { schema, key, tenant })
export const RowsImported = event('work.RowsImported', { schema, key, tenant, route: 'tenant' })
/** The partner takes 20 calls a second, and no more. */
export const CallPartner = command('work.CallPartner', { schema, key })
/** The provider is down now and then. */
export const Charge = command('work.Charge', { schema, key })

/** What was done, and when: epoch milliseconds, and how long it had waited. */
export const done = store('done', {
  schema: z.object({ what: z.string(), id: z.string(), at: z.number(), waited: z.number() }),
  key: ({ what, id }) => [what, id],
})

/** Whether the provider answers: here a switch for the example, elsewhere a company. */
export const provider = store('provider', {
  schema: z.object({ name: z.string(), up: z.boolean() }),
  key: ({ name }) => name,
})

/** What a handler does for its money. */
export const work = (): Promise<void> => pause(500)

/** An entry of `done` for a message that is done now. */
export const entryOf = (what: string, id: string, { time }: { readonly time: string }) => {
  const at = Date.now()
  return { what, id, at, waited: at - Date.parse(time) }
}
