import { describe, expect, it } from 'vitest'
import { faultPoints } from '../../../local/kernel/faults.ts'
import { Journal } from '../../../local/kernel/journal.ts'
import { createKernel } from '../../../local/kernel/kernel.ts'
import { Randomness } from '../../../local/kernel/randomness.ts'

describe('randomness', () => {
  it('replays from its seed', () => {
    const draw = () => {
      const random = new Randomness('seed')
      return [random.uuid('message'), random.integer('order', 1_000), random.shuffled('serve', [1, 2, 3, 4, 5])]
    }
    expect(draw()).toEqual(draw())
    expect(new Randomness('other').uuid('message')).not.toBe(new Randomness('seed').uuid('message'))
  })

  it('is not moved by draws for another purpose', () => {
    const alone = new Randomness('seed')
    const disturbed = new Randomness('seed')
    disturbed.uuid('something new')
    expect(disturbed.uuid('message')).toBe(alone.uuid('message'))
  })

  it('shuffles to a permutation and leaves its input as it was', () => {
    const random = new Randomness('seed')
    const input = Array.from({ length: 50 }, (_, index) => index)
    const shuffled = random.shuffled('x', input)
    expect(shuffled).not.toEqual(input)
    expect([...shuffled].sort((a, b) => a - b)).toEqual(input)
  })

  it('draws fractions over the whole of [0, 1)', () => {
    const random = new Randomness('seed')
    const draws = Array.from({ length: 2_000 }, () => random.fraction('f'))
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws)).toBeLessThan(1)
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03)
  })
})

describe('fault points', () => {
  it('decide "none" without a plan', () => {
    const { faults } = createKernel({ clock: 'manual', seed: 's' })
    expect(faults.decide('sns.duplicate', 'arn')).toBe('none')
  })

  it('replay the same decisions from the same seed', () => {
    const decisions = (seed: string) => {
      const { faults } = createKernel({
        clock: 'manual',
        seed,
        faults: (_point, _context, draw) => (draw < 0.5 ? 'duplicate' : 'none'),
      })
      return Array.from({ length: 40 }, () => faults.decide('sns.duplicate', 'arn'))
    }
    expect(decisions('a')).toEqual(decisions('a'))
    expect(decisions('a')).not.toEqual(decisions('b'))
  })

  it.each(Object.keys(faultPoints) as (keyof typeof faultPoints)[])('refuse at %s what AWS forbids there', (point) => {
    const { faults } = createKernel({ clock: 'manual', faults: () => 'lose the message' as never })
    expect(() => faults.decide(point, 'arn')).toThrow(/AWS permits only/)
  })

  it('write each fault into the journal', () => {
    const { faults, journal } = createKernel({ clock: 'manual', faults: () => 'duplicate' })
    faults.decide('events.duplicate', 'rule')
    expect(journal.entries()).toMatchObject([{ kind: 'fault', subject: 'rule', detail: { action: 'duplicate' } }])
  })
})

describe('the journal', () => {
  it('keeps causes and instants, and forgets the oldest first', () => {
    let now = 7
    const journal = new Journal(() => now, 8)
    const first = journal.record('api', 'sqs:SendMessage')
    now = 9
    const second = journal.record('deliver', 'queue', first)
    expect(journal.entries((entry) => entry.cause === first)).toMatchObject([{ seq: second, at: 9, kind: 'deliver' }])
    for (let count = 0; count < 30; count++) journal.record('noise', 'x')
    expect(journal.entries().length).toBeLessThanOrEqual(10)
    expect(journal.record('last', 'x')).toBe(33)
    expect(journal.at(33)).toMatchObject({ seq: 33, kind: 'last' })
    expect([journal.at(first), journal.at(34)]).toEqual([undefined, undefined])
  })

  it('tells facts that were noted one by one as it does a detail', () => {
    const journal = new Journal(() => 1)
    const followed: unknown[] = []
    journal.follow(({ detail }) => followed.push(detail))
    journal.note('received', 'q', undefined, ['message', 'by'], 'm', 7)
    journal.note('sent', 'q', undefined, ['message'], 'm')
    journal.record('fault', 'q', undefined, { point: 'p' })
    journal.record('bare', 'q')
    const details = [{ message: 'm', by: 7 }, { message: 'm' }, { point: 'p' }, undefined]
    expect(followed).toEqual(details)
    expect(journal.entries().map(({ detail }) => detail)).toEqual(details)
  })
})
