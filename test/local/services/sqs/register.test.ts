import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../../../local/services/sqs/model/message.ts'
import { Register } from '../../../../local/services/sqs/model/register.ts'

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant('add' as const) },
  { weight: 4, arbitrary: fc.nat(900) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
)

describe('the register of a queue', () => {
  it('has, by place and in order, exactly the messages that were added and not removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 900, size: 'max' }), (steps) => {
        const register = new Register()
        const expected = new Map<number, Message>()
        let place = 0
        for (const what of steps) {
          if (what === 'add') {
            place += 1
            const message = { place } as Message
            register.add(message)
            expected.set(place, message)
          } else if (what === 'clear') {
            register.clear()
            expected.clear()
          } else {
            register.remove({ place: what } as Message)
            expected.delete(what)
          }
        }
        expect([...register]).toEqual([...expected.values()])
        for (let asked = 0; asked <= place + 1; asked++) expect(register.find(asked) === expected.get(asked)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})
