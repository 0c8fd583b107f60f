import { describe, expect, it } from 'vitest'
import { type Charge, chargeAnswer, type Fate, fate, Settings } from '../../../functions/sandbox/behaviour.ts'

const charge: Charge = { operation: 'charge', key: 'k', reference: 'o1', amount: 100 }

/** How many of 10,000 keys meet each fate at their first call. */
function fates(settings: Settings): Map<Fate, number> {
  const met = Array.from({ length: 10_000 }, (_, index) => fate({ ...charge, key: `order-${index}` }, 1, settings))
  return new Map([...Map.groupBy(met, (one) => one)].map(([one, all]) => [one, all.length]))
}

const faulty = Settings.parse({ failShare: 0.1, timeOutShare: 0.05, twiceShare: 0.05, webhook: 'http://shop/answers' })

describe("the provider's sandbox", () => {
  it('fails first, then loses its answer, then answers, counted per key', () => {
    const settings = Settings.parse({ failFirst: 1, loseFirst: 2 })
    expect([1, 2, 3, 4].map((call) => fate(charge, call, settings))).toEqual(['fail', 'lose', 'lose', 'answer'])
  })

  it('answers at once without settings', () => {
    expect(fate(charge, 1, Settings.parse({}))).toBe('answer')
    expect(chargeAnswer(charge, Settings.parse({}), '1')).toEqual({ status: 'taken', chargeId: 'ch_1' })
  })

  it('declines charges over the limit', () => {
    const settings = Settings.parse({ declineOver: 99 })
    expect(chargeAnswer(charge, settings, '1')).toEqual({ status: 'declined', reason: '100 is over the limit of 99' })
  })

  it('fails, hangs and answers twice in the shares that it is told, half of what hangs having charged', () => {
    const met = fates(faulty)
    const due: Partial<Record<Fate, number>> = { fail: 1000, hang: 250, 'hang-moved': 250, twice: 500, answer: 8000 }
    for (const [one, count] of Object.entries(due))
      expect(Math.abs((met.get(one as Fate) ?? 0) / count - 1), one).toBeLessThan(0.15)
  })

  it('does the same to the same keys under the same seed, and to others under another', () => {
    const under = (seed: string) =>
      Array.from({ length: 100 }, (_, index) => fate({ ...charge, key: `${index}` }, 1, { ...faulty, seed }))
    expect(under('a')).toEqual(under('a'))
    expect(under('a')).not.toEqual(under('b'))
  })

  it('does the same to a charge however often it is asked for, and gives in to a refund', () => {
    const failing = Settings.parse({ failShare: 0.5 })
    const calls = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    expect(new Set(calls.map((call) => fate(charge, call, failing))).size).toBe(1)
    const refund = { ...charge, operation: 'refund' } as const
    expect(new Set(calls.map((call) => fate(refund, call, failing)))).toEqual(new Set(['fail', 'answer']))
    const cancel = { operation: 'cancel', key: 'k' } as const
    expect(new Set(calls.map((call) => fate(cancel, call, failing)))).toEqual(new Set(['fail', 'answer']))
  })

  it('answers later or twice only where a webhook is registered', () => {
    for (const settings of [{ answerAfter: 60 }, { twiceShare: 0.1 }])
      expect(() => Settings.parse(settings)).toThrow(/webhook|must be set/)
  })
})
