import { worker } from '../../../messaging/index.ts'
import { seen } from '../seen.ts'
import { Register, Registered } from './contracts.ts'

export const handler = worker(
  import.meta,
  { id: 'people.register', on: Register, stores: { seen }, publishes: [Registered] },
  async (person, unit) => {
    const before = await unit.seen.get(`register#${person.id}`)
    unit.seen.save({ by: 'register', id: person.id, as: person.name, times: (before?.times ?? 0) + 1 })
    unit.publish(Registered, person)
  },
)
