import { Dead, exponential, inline, Retry, worker } from '../../../messaging/index.ts'
import { Charge } from './contracts.ts'
import { statements } from './stores.ts'

export const handler = worker(
  import.meta,
  {
    id: 'bank.charge',
    on: Charge,
    stores: { statements },
    delivery: {
      attempts: 3,
      backoff: exponential('10s', '5m'),
      errors: {
        // Passes in milliseconds: run again within the attempt.
        ECONNRESET: { inline: inline(3, '10ms', '200ms') },
        // The bank's night: many attempts, far between.
        Closed: { attempts: 50, backoff: exponential('5m', '15m') },
      },
    },
  },
  async ({ account, card }, unit, { attempt }) => {
    if (card === 'expired') throw new Dead('no card that expired comes to life again', { code: 'CardExpired' })
    if (card === 'slow' && attempt < 3) throw new Retry('the bank asks for a minute', { after: '1m' })
    const found = await unit.statements.get(account)
    unit.statements.save({ account, lines: [...(found?.lines ?? []), `charged at attempt ${attempt}`] })
  },
)
