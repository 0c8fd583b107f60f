import { Dead, delayedRetries, exponential, inline, Retry, worker } from '../../../messaging/index.ts'
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
        // The bank's night: attempts far between, and the message is not in its queue meanwhile.
        Closed: { attempts: 10, backoff: exponential('1h', '6h') },
      },
      delayedRetries: delayedRetries(),
    },
  },
  async ({ account, card }, unit, { attempt }) => {
    if (card === 'expired') throw new Dead('no card that expired comes to life again', { code: 'CardExpired' })
    if (card === 'slow' && attempt < 3) throw new Retry('the bank asks for a minute', { after: '1m' })
    if (card === 'night' && attempt < 4) throw Object.assign(new Error('the bank opens at nine'), { code: 'Closed' })
    const found = await unit.statements.get(account)
    unit.statements.save({ account, lines: [...(found?.lines ?? []), `charged at attempt ${attempt}`] })
  },
)
