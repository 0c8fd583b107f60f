import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tripSaga } from './example.ts'
import { openSagaLab } from './lab.ts'

describe('a saga in the local cloud', () => {
  let lab: Awaited<ReturnType<typeof openSagaLab>>
  let machine: string
  beforeAll(async () => {
    lab = await openSagaLab()
    machine = await lab.machine(tripSaga)
  }, 60_000)
  afterAll(() => lab.stop())

  const tokenOf = async (id: string) => {
    const item = (await lab.items()).find(({ pk }) => pk === `step#trips.TakePayment#trips.TripSaga/${id}/pay`)
    return String(JSON.parse(String(item?.record)).token)
  }

  it('does every step once, in at most 8 billed transitions', async () => {
    const execution = await lab.start(machine, 'ok', { tripId: 'ok', to: 'Lisbon' })
    const output = JSON.stringify({ paymentId: 'P-1' })
    await lab.sfn.send(new SendTaskSuccessCommand({ taskToken: await tokenOf('ok'), output }))
    const { status, entered } = await lab.look(execution)
    expect({ status, entered }).toEqual({
      status: 'SUCCEEDED',
      entered: ['Begin', 'Open', 'book', 'pay', 'ticket', 'tell', 'Done'],
    })
    expect(entered.length).toBeLessThanOrEqual(8)
    expect(await lab.deeds()).toMatchObject({
      'book ok': [1, 0],
      'ask ok': [1, 0],
      'ticket B-ok': [1, 0],
      'tell ok T-B-ok': [1, 0],
    })
  })

  it('undoes what was done, in reverse, when the pivot is refused', async () => {
    const execution = await lab.start(machine, 'full', { tripId: 'full', to: 'Lisbon' })
    const output = JSON.stringify({ paymentId: 'P-2' })
    await lab.sfn.send(new SendTaskSuccessCommand({ taskToken: await tokenOf('full'), output }))
    const { status, error, cause, entered } = await lab.look(execution)
    expect({ status, error, entered: entered.slice(4) }).toEqual({
      status: 'FAILED',
      error: 'Saga.Undone',
      entered: ['ticket', 'Settle ticket', 'Settled ticket', 'Undo pay', 'Undo book', 'Undone'],
    })
    expect(cause).toContain('the plane is full')
    expect(await lab.deeds()).toMatchObject({ 'book full': [1, 1] })
  })
})
