import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { declarationOf, type StepHandler, saga, sagaStep, step, tableAccessOf } from '../../../messaging/index.ts'
import type { StepCall } from '../../../messaging/runtime/saga-call.ts'
import { memoryTable } from './model/memory.ts'
import { openWorld } from './model/world.ts'

const Charge = step('shop.Charge', {
  input: z.object({ amount: z.number() }),
  output: z.object({ chargeId: z.string() }),
  maxOutput: 64,
})
const one = saga('shop.OneSaga', { input: z.object({ id: z.string() }), key: ({ id }) => id }, (flow) =>
  flow.step('charge', Charge, { input: () => ({ amount: 1 }) }),
)

const call = (more: Partial<StepCall> = {}): StepCall => ({
  phase: 'act',
  saga: 'shop.OneSaga',
  sagaId: 's-1',
  step: 'charge',
  attempt: 1,
  machine: 'm',
  origin: { correlationId: 'c', hops: 0 },
  input: { amount: 7 },
  ...more,
})
const undo = call({
  phase: 'compensate',
  failure: {
    step: 'charge',
    code: 'StepRefused',
    message: JSON.stringify({ errorType: 'StepRefused', errorMessage: 'NoFunds: "empty"' }),
  },
})

/** A provider outside, and a step that charges there. */
function shop({ crashes = 0, chargeId = 'ch-1' } = {}) {
  const provider: string[] = []
  let left = crashes
  const handler: StepHandler = sagaStep(
    import.meta,
    { id: 'shop.charge', step: Charge, outside: true },
    {
      act({ amount }, _unit, { key }) {
        provider.push(`charge ${key} ${amount}`)
        if (left-- > 0) throw new Error('the process died')
        return { chargeId }
      },
      compensate({ input, output, failure }, _unit, { key }) {
        provider.push(`cancel ${key} ${input.amount} ${output?.chargeId} ${failure.code} ${failure.message}`)
      },
    },
  )
  const world = openWorld(one, [handler], memoryTable().client)
  return { provider, handler, call: (given: StepCall) => world.call(Charge, given) }
}

const KEY = 'shop.OneSaga/s-1/charge'

describe('a step', () => {
  it('is done once, and answers a repeated call from its record', async () => {
    const on = shop()
    expect(await on.call(call())).toEqual({ output: { chargeId: 'ch-1' }, count: 'Handled' })
    expect(await on.call(call({ attempt: 2 }))).toEqual({ output: { chargeId: 'ch-1' }, count: 'Deduped' })
    expect(on.provider).toEqual([`charge ${KEY} 7`])
  })

  it('is undone with its answer, once, and cannot happen any more', async () => {
    const on = shop()
    await on.call(call())
    expect(await on.call(undo)).toEqual({ count: 'Compensated' })
    expect(await on.call(undo)).toEqual({ count: 'NothingToCompensate' })
    await expect(on.call(call())).rejects.toMatchObject({ name: 'StepRefused', message: /^Undone: / })
    expect(on.provider.slice(1)).toEqual([`cancel ${KEY} 7 ch-1 NoFunds "empty"`])
  })

  it('that never happened is not undone, and refused when it comes late', async () => {
    const on = shop()
    expect(await on.call(undo)).toEqual({ count: 'NothingToCompensate' })
    await expect(on.call(call())).rejects.toMatchObject({ name: 'StepRefused' })
    expect(on.provider).toEqual([])
  })

  it('that crashed after it had begun outside is undone by its key, without an answer', async () => {
    const on = shop({ crashes: 1 })
    await expect(on.call(call())).rejects.toMatchObject({ name: 'StepFailed' })
    expect(await on.call(undo)).toEqual({ count: 'Compensated' })
    expect(on.provider).toEqual([`charge ${KEY} 7`, `cancel ${KEY} 7 undefined NoFunds "empty"`])
  })

  it.each([1, 2, 3, 4, 5])(
    'is undone also where the machine has cut its failure off %i characters into an escape',
    async (cut) => {
      const on = shop()
      await on.call(call())
      const whole = JSON.stringify({ errorType: 'Error', errorMessage: '\u001b[31mred' })
      const message = whole.slice(0, whole.indexOf('\\u') + cut)
      expect(await on.call({ ...undo, failure: { step: 'charge', code: 'Error', message } })).toEqual({
        count: 'Compensated',
      })
    },
  )

  it('that is always undone is so without having been begun, by the input of the call, and when it was declined', async () => {
    const ended: string[] = []
    const Hold = step('shop.Hold', { input: z.object({ id: z.string() }), undo: 'always', callback: true })
    const holding = saga('shop.HoldSaga', { input: z.object({ id: z.string() }), key: ({ id }) => id }, (flow) =>
      flow.step('hold', Hold, { input: ({ input }) => input, answerWithin: '1h' }),
    )
    const handler = sagaStep(
      import.meta,
      { id: 'shop.hold', step: Hold },
      { act() {}, compensate: ({ input, failure }) => void ended.push(`${input.id}: ${failure.message}`) },
    )
    const world = openWorld(holding, [handler], memoryTable().client)
    const held = (sagaId: string, more: Partial<StepCall>) =>
      world.call(Hold, call({ saga: holding.name, sagaId, step: 'hold', input: { id: sagaId }, ...more }))
    const failed = { phase: 'compensate', failure: { step: 'hold', code: 'Lambda.Unknown', message: 'no' } } as const
    expect(await held('never', failed)).toEqual({ count: 'Compensated' })
    expect(await held('never', failed)).toEqual({ count: 'NothingToCompensate' })
    await expect(held('never', {})).rejects.toMatchObject({ name: 'StepRefused' })
    await held('declined', { token: 't', wait: 60 })
    await world.answer(Hold, 'declined', 'hold', { refusal: { code: 'No', message: 'no' } })
    expect(await held('declined', failed)).toEqual({ count: 'Compensated' })
    expect(ended).toEqual(['never: no', 'declined: no'])
  })

  it('does not begin after the deadline of its saga, but what is done stays done', async () => {
    const late = call({ deadline: Date.UTC(2025, 0, 1) })
    const on = shop()
    await expect(on.call(late)).rejects.toMatchObject({ message: /^DeadlineExceeded: / })
    await on.call(call())
    expect(await on.call(late)).toMatchObject({ count: 'Deduped' })
  })

  it('refuses input that does not fit its contract, and an answer over its size, before anything is committed', async () => {
    const on = shop({ chargeId: 'x'.repeat(100) })
    await expect(on.call(call({ input: {} }))).rejects.toMatchObject({ message: /^InvalidData: / })
    await expect(on.call(call())).rejects.toMatchObject({
      name: 'StepRefused',
      message: /^TooLarge: answer of shop.Charge in bytes: 115, over the limit of 64/,
    })
  })

  it('may touch its own records and nothing else', () => {
    expect(tableAccessOf(declarationOf(shop().handler))).toEqual([
      { actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], keys: ['step#shop.Charge#*'] },
    ])
  })
})
