import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Invoice } from '../../bin/feed/index.ts'
import type { FaultPlan, FaultPoint } from '../../local/kernel/faults.ts'
import { badDay, crashing, duplicating } from './faults.ts'
import { expectAllFigures, some } from './figures.ts'
import type { RunningShop } from './running-shop.ts'

let shop: RunningShop

/** How often each fault struck while the invoices were fed. */
async function runWith(plan: FaultPlan, invoices: Invoice[]): Promise<(point: FaultPoint) => number> {
  const before = shop.cloud.kernel.journal.entries(({ kind }) => kind === 'fault').length
  shop.cloud.kernel.faults.use(plan)
  expectAllFigures(await shop.run(invoices))
  const struck = shop.cloud.kernel.journal.entries(({ kind }) => kind === 'fault').slice(before)
  return (point) => struck.filter(({ detail }) => detail?.point === point).length
}

export function underFaults(running: () => RunningShop): void {
  // A limit on hangs, not on speed: each killed worker is a cold start, and a machine may have ten others at work.
  describe('the shop under faults', { timeout: 360_000 }, () => {
    beforeAll(() => {
      shop = running()
    })
    afterEach(() => shop.cloud.kernel.faults.use(undefined))

    it('has the same figures when workers are killed in the middle of their handlers', async () => {
      const struck = await runWith(crashing(), some(3, 3))
      expect(struck('api.call')).toBeGreaterThan(3)
      expect(struck('lambda.result')).toBeGreaterThan(3)
    })

    it('has the same figures when every message is delivered twice', async () => {
      const struck = await runWith(duplicating(), some(4, 4))
      for (const point of ['sqs.duplicate', 'events.duplicate', 'sns.duplicate', 'stream.batch'] as const)
        expect(struck(point), point).toBeGreaterThan(10)
    })

    it('has the same figures on a day when everything that AWS may do wrong goes wrong', async () => {
      const struck = await runWith(badDay(), some(6, 5))
      expect(struck('api.call')).toBeGreaterThan(3)
      expect(struck('dynamodb.transaction')).toBeGreaterThan(0)
    })
  })
}
