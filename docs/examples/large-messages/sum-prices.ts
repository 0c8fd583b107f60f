import { consumer } from '../../../messaging/index.ts'
import { PricesImported, readings } from './contracts.ts'
import { figuresOf } from './figures.ts'

export const handler = consumer(
  import.meta,
  { id: 'pricing.sum-prices', on: PricesImported, where: { supplier: ['Acme'] }, stores: { readings } },
  (list, unit) => unit.readings.save(figuresOf(list)),
)
