import { worker } from '../../../messaging/index.ts'
import { SetRate } from './contracts.ts'
import { rates } from './stores.ts'

export const handler = worker(
  import.meta,
  { id: 'bank.set-rate', on: SetRate, stores: { rates } },
  async (rate, unit) => {
    await unit.rates.get(rate.currency)
    unit.rates.save(rate)
  },
)
