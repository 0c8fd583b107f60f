import { consumer } from '../../../messaging/index.ts'
import { seen } from '../seen.ts'
import { Registered } from './contracts.ts'

export const handler = consumer(
  import.meta,
  { id: 'mail.greet', on: Registered, stores: { seen } },
  async (person, unit) => {
    const before = await unit.seen.get(`greet#${person.id}`)
    unit.seen.save({
      by: 'greet',
      id: person.id,
      as: `${person.last}, ${person.first}`,
      times: (before?.times ?? 0) + 1,
    })
  },
)
