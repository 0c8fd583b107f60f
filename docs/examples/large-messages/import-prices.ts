import { worker } from '../../../messaging/index.ts'
import { ImportPrices, PricesImported } from './contracts.ts'

export const handler = worker(
  import.meta,
  { id: 'catalogue.import-prices', on: ImportPrices, publishes: [PricesImported] },
  (list, unit) => unit.publish(PricesImported, list),
)
