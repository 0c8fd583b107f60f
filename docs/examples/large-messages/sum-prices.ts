import { consumer } from '../../../messaging/index.ts'
import { PricesImported } from './contracts.ts'
import { figuresOf } from './figures.ts'
import { readings } from './stores.ts'

export const handler = consumer(
  import.meta,
  { id: 'pricing.sum-prices', on: PricesImported, where: { supplier: ['Acme'] }, stores: { readings } },
  (list, unit) => unit.readings.save(figuresOf(list)),
)
