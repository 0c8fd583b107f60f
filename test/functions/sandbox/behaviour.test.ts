import { describe, expect, it } from 'vitest'
import { answerTo, fate, Settings } from '../../../functions/sandbox/behaviour.ts'

const charge = { operation: 'charge', key: 'k', reference: 'o1', amount: 100 } as const

describe("the provider's sandbox", () => {
  it('fails first, then loses its answer, then answers, counted per key', () => {
    const settings = Settings.parse({ failFirst: 1, loseFirst: 2 })
    expect([1, 2, 3, 4].map((call) => fate(call, settings))).toEqual(['fail', 'lose', 'lose', 'answer'])
  })

  it('answers at once without settings', () => {
    expect(fate(1, Settings.parse({}))).toBe('answer')
    expect(answerTo(charge, Settings.parse({}), '1')).toEqual({ status: 'taken', chargeId: 'ch_1' })
  })

  it('declines charges over the limit and refunds of any amount never', () => {
    const settings = Settings.parse({ declineOver: 99 })
    expect(answerTo(charge, settings, '1')).toEqual({ status: 'declined', reason: '100 is over the limit of 99' })
    expect(answerTo({ ...charge, operation: 'refund' }, settings, '1')).toEqual({ refundId: 're_1' })
  })
})
