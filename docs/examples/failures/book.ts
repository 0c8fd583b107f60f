import { exponential, worker } from '../../../messaging/index.ts'
import { Book } from './contracts.ts'
import { rates, statements } from './stores.ts'

export const handler = worker(
  import.meta,
  {
    id: 'bank.book',
    on: Book,
    stores: { rates, statements },
    delivery: { ordered: true, attempts: 2, backoff: exponential('1s', '10s') },
  },
  async ({ account, amount, currency }, unit) => {
    const found = currency === 'GBP' ? { rate: 1 } : await unit.rates.get(currency)
    if (!found) throw new Error(`no rate for ${currency}`)
    const statement = await unit.statements.get(account)
    unit.statements.save({ account, lines: [...(statement?.lines ?? []), `booked ${amount * found.rate}`] })
  },
)
