import { consumer } from '../../../messaging/index.ts'
import { seen } from '../seen.ts'
import { Registered } from './contracts.ts'

/** A consumer that version 1 does not have. */
export const handler = consumer(
  import.meta,
  { id: 'statistics.count', on: Registered, stores: { seen } },
  async (person, unit) => {
    const before = await unit.seen.get(`count#${person.id}`)
    unit.seen.save({ by: 'count', id: person.id, as: person.last, times: (before?.times ?? 0) + 1 })
  },
)
