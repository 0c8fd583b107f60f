import { worker } from '../../../messaging/index.ts'
import { seen } from '../seen.ts'
import { Rename } from './contracts.ts'

/** Names follow each other, so that their order shows. */
export const handler = worker(
  import.meta,
  { id: 'people.rename', on: Rename, stores: { seen }, delivery: { ordered: true } },
  async (person, unit) => {
    const before = await unit.seen.get(`rename#${person.id}`)
    const as = [before?.as, `${person.last}, ${person.first}`].filter((name) => name !== undefined).join(' > ')
    unit.seen.save({ by: 'rename', id: person.id, as, times: (before?.times ?? 0) + 1 })
  },
)
