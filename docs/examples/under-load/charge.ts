import { breaker, worker } from '../../../messaging/index.ts'
import { Charge, done, entryOf, provider } from './contracts.ts'

export const handler = worker(
  import.meta,
  {
    id: 'work.charge',
    on: Charge,
    stores: { done, provider },
    delivery: { concurrency: 2, breaker: breaker({ failures: 5, probeEvery: '15s' }) },
  },
  async ({ id }, unit, { envelope }) => {
    const { up } = (await unit.provider.get('cards', { stale: true })) ?? { up: true }
    if (!up) throw new Error('the provider does not answer')
    unit.done.save(entryOf('charged', id, envelope))
  },
)
