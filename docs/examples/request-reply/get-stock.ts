import { setTimeout as pause } from 'node:timers/promises'
import { Refused, responder } from '../../../messaging/index.ts'
import { GetStock, stock } from './contracts.ts'

export const handler = responder(
  import.meta,
  { id: 'inventory.get-stock', on: GetStock, stores: { stock } },
  async ({ sku }, unit) => {
    // An article that takes long to count.
    if (sku === 'slow') await pause(3_000)
    const found = await unit.stock.get(sku)
    if (!found) throw new Refused(404, `there is no article ${sku}`)
    return found
  },
)
