import { describe, expect, it } from 'vitest'
import { faultCounts, faultPlan } from '../../bin/start/faults.ts'
import { Faults } from '../../local/kernel/faults.ts'
import { Journal } from '../../local/kernel/journal.ts'
import { Randomness } from '../../local/kernel/randomness.ts'

const opened = () => {
  const journal = new Journal(() => 0)
  return { journal, faults: new Faults(new Randomness('seed'), journal, faultPlan('heavy', journal)) }
}

describe('the faults of npm start', () => {
  it('spare a message that has lost three attempts, also when the function that it calls is killed', () => {
    const { journal, faults } = opened()
    const detail = { origin: 'sqs', messages: ['m-1'] }
    const decisions = Array.from({ length: 400 }, () => {
      const invocation = journal.record('invoke', 'arn:take-payment', undefined, detail)
      const call = journal.record('api', 'lambda:Invoke', invocation)
      const provider = journal.record('invoke', 'arn:provider', call, { origin: 'api' })
      return faults.decide('lambda.result', 'arn:provider', { cause: provider })
    })
    expect(decisions.filter((action) => action === 'crash')).toHaveLength(3)
  })

  it('strike what is retried without end as often as the dice say', () => {
    const { journal, faults } = opened()
    const relay = journal.record('invoke', 'arn:relay', undefined, { origin: 'stream', messages: ['1'] })
    for (let n = 0; n < 1_000; n++) faults.decide('lambda.result', 'arn:relay', { cause: relay })
    const count = faultCounts(journal).get('lambda.result crash') ?? 0
    expect(count).toBeGreaterThan(30)
    expect(count).toBeLessThan(70)
  })

  it('are counted also when the journal has forgotten them', () => {
    const journal = new Journal(() => 0, 10)
    const counts = faultCounts(journal)
    for (let n = 0; n < 100; n++)
      journal.record('fault', 'q', undefined, { point: 'sqs.duplicate', action: 'duplicate' })
    expect(journal.entries().length).toBeLessThan(100)
    expect(counts.get('sqs.duplicate duplicate')).toBe(100)
  })

  it('do not know a message whose invocation the journal has forgotten', () => {
    const { faults } = opened()
    expect(() => faults.decide('lambda.result', 'arn', { cause: 1_000_000 })).not.toThrow()
  })
})
