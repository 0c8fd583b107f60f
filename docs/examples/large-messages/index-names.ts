import { consumer, Dead } from '../../../messaging/index.ts'
import { PricesImported } from './contracts.ts'
import { figuresOf } from './figures.ts'
import { doors, readings } from './stores.ts'

export const handler = consumer(
  import.meta,
  { id: 'search.index-names', on: PricesImported, stores: { readings, doors } },
  async (list, unit) => {
    if ((await unit.doors.get('index', { stale: true }))?.closed) throw new Dead('the index is closed')
    unit.readings.save(figuresOf(list))
  },
)
