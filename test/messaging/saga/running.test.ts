import { StopExecutionCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bus, createBus } from '../../../messaging/index.ts'
import { returnSaga, tripSaga } from './example.ts'
import { trips } from './handlers.ts'
import { openSagaLab } from './lab.ts'
import { wayOf } from './model/check.ts'
import type { Forward } from './model/fates.ts'
import { memoryTable } from './model/memory.ts'

describe('a saga in the local cloud', () => {
  let lab: Awaited<ReturnType<typeof openSagaLab>>
  let machine: string
  let bus: Bus
  beforeAll(async () => {
    lab = await openSagaLab()
    machine = await lab.machine(tripSaga)
    const { environment } = lab.cloud
    Object.assign(process.env, environment)
    bus = createBus({ app: lab.app, now: () => lab.clock.now() })
  }, 60_000)
  afterAll(() => lab.stop())

  const executionOf = (id: string) => machine.replace(':stateMachine:', ':execution:').concat(`:${id}`)
  const callbackOf = (id: string) => `trips.TripSaga/${id}/pay#1`
  const start = async (id: string, to = 'Lisbon') => {
    await bus.startSaga(tripSaga, { tripId: id, to })
    await lab.clock.settle()
    return executionOf(id)
  }
  const stepsOf = async (id: string) =>
    Object.fromEntries(
      ((await bus.saga(tripSaga, id).status())?.steps ?? []).map(({ step, state, attempts, compensations }) => [
        step,
        [state, attempts, compensations],
      ]),
    )

  it('F33, F66: does every step once, told live, in at most 8 billed transitions', async () => {
    const execution = await start('ok')
    expect(await stepsOf('ok')).toEqual({
      book: ['done', 1, 0],
      pay: ['waiting', 1, 0],
      ticket: ['pending', 0, 0],
      tell: ['pending', 0, 0],
    })
    await lab.report('paid', { callback: callbackOf('ok'), paymentId: 'P-1' })
    const { status, entered } = await lab.look(execution)
    expect({ status, entered }).toEqual({
      status: 'SUCCEEDED',
      entered: ['Begin', 'Open', 'book', 'pay', 'ticket', 'tell', 'Done'],
    })
    expect(entered.length).toBeLessThanOrEqual(8)
    expect(await lab.deeds()).toMatchObject({
      'book ok': [1, 0],
      [`ask ok ${callbackOf('ok')}`]: [1, 0],
      'ticket B-ok': [1, 0],
      'tell ok T-B-ok': [1, 0],
    })
    expect(await bus.saga(tripSaga, 'ok').status()).toMatchObject({ state: 'completed' })
  })

  it('closes its records when it is over: they live 44 days longer, and it is open no more', async () => {
    await lab.clock.advance(10_000)
    const { ttl } = await lab.record('trips.BookFlight', 'trips.TripSaga/ok/book')
    expect(Math.round((ttl * 1000 - lab.clock.now()) / 86_400_000)).toBe(44)
    expect((await lab.items()).filter(({ pk }) => pk.startsWith('saga#'))).toEqual([])
  })

  it('undoes what was done, in reverse, when the pivot is refused', async () => {
    const execution = await start('full')
    await lab.report('paid full', { callback: callbackOf('full'), paymentId: 'P-2' })
    const { status, error, cause, entered } = await lab.look(execution)
    expect({ status, error, entered: entered.slice(4) }).toEqual({
      status: 'FAILED',
      error: 'Saga.Undone',
      entered: ['ticket', 'Settle ticket', 'Settled ticket', 'Undo pay', 'Undo book', 'Undone'],
    })
    expect(cause).toContain('the plane is full')
    expect(await lab.deeds()).toMatchObject({ 'book full': [1, 1], 'refund full P-2': [1, 0] })
    expect(await bus.saga(tripSaga, 'full').status()).toMatchObject({ state: 'undone' })
    expect(await stepsOf('full')).toMatchObject({ ticket: ['failed', 1, 0], book: ['compensated', 1, 1] })
  })

  it('turns back when a callback is declined, and refunds nothing', async () => {
    const execution = await start('poor')
    await lab.report('declined', { callback: callbackOf('poor') })
    const { error, cause, entered } = await lab.look(execution)
    expect(error).toBe('Saga.Undone')
    expect(cause).toContain('the card has no funds')
    expect(entered.slice(3)).toEqual(['pay', 'Undo pay', 'Undo book', 'Undone'])
    expect(Object.keys(await lab.deeds()).filter((id) => id.startsWith('refund poor'))).toEqual([])
  })

  it('turns back when the answer does not come in time, and undoes one that comes later', async () => {
    const execution = await start('late')
    await lab.clock.advance(31 * 60_000)
    expect(await lab.look(execution)).toMatchObject({ status: 'FAILED', error: 'Saga.Undone' })
    expect(await lab.deeds()).toMatchObject({ 'refund late trips.TripSaga/late/pay': [1, 0], 'book late': [1, 1] })
    await lab.report('paid too late', { callback: callbackOf('late'), paymentId: 'P-3' })
    await lab.report('paid too late, told again', { callback: callbackOf('late'), paymentId: 'P-3' })
    expect(await lab.deeds()).toMatchObject({ 'refund late P-3': [1, 0], 'book late': [1, 1] })
  })

  it('is taken up by another execution when it is stopped, and undone', async () => {
    const executionArn = await start('stopped')
    await lab.sfn.send(new StopExecutionCommand({ executionArn }))
    await lab.clock.advance(10_000)
    expect(await lab.deeds()).toMatchObject({ 'book stopped': [1, 1] })
    const status = await bus.saga(tripSaga, 'stopped').status()
    expect(status).toMatchObject({ state: 'undone' })
    expect(status?.executions).toHaveLength(2)
  })

  it('is started once by its id, also from a unit, and refuses another input under it', async () => {
    await lab.report('wish', { callback: 'none', trip: 'wished' })
    await start('wished')
    await expect(bus.startSaga(tripSaga, { tripId: 'wished', to: 'Rome' })).rejects.toThrow('another input')
    expect(await lab.deeds()).toMatchObject({ 'book wished': [1, 0] })
  })

  it.each<[id: string, forward: Readonly<Record<string, Forward>>]>([
    ['ok', {}],
    ['full', { ticket: 'failed' }],
    ['poor', { pay: 'failed' }],
    ['late', { pay: 'unknown and not done' }],
    ['stopped', { pay: 'stopped after' }],
  ])("went the way of the model check's walker: %s %j", async (id, forward) => {
    const { executions = [] } = (await bus.saga(tripSaga, id).status()) ?? {}
    const looked = await Promise.all(executions.map((execution) => lab.look(execution)))
    const went = looked.flatMap(({ entered, status = '' }) => [...entered, status])
    // After a stop the walker also has the answer come late, and undone by one more execution.
    const walked = await wayOf(trips, { forward }, memoryTable().client)
    expect(went).toEqual(walked.slice(0, went.length))
  })

  describe('with branches side by side and a choice', () => {
    let returns: string
    beforeAll(async () => {
      returns = await lab.machine(returnSaga, false)
    })
    const callback = (id: string) => `trips.ReturnSaga/${id}/first#1`

    it('joins the branches, and goes on with the answers of both', async () => {
      const execution = await lab.start(returns, 'both', { tripId: 'both', to: 'Lisbon' })
      await lab.clock.advance(40_000)
      await lab.report('alive', { callback: callback('both'), alive: true })
      await lab.clock.advance(40_000)
      await lab.report('first', { callback: callback('both'), paymentId: 'P-4' })
      const { status, entered } = await lab.look(execution)
      expect(status).toBe('SUCCEEDED')
      expect(entered).toEqual(
        expect.arrayContaining(['there', 'back', 'seat', 'both joined', 'upgrade', 'first', 'visa']),
      )
      expect(await lab.deeds()).toMatchObject({ 'book both': [3, 0] })
    })

    it('lets the other branch end before it turns back', async () => {
      const execution = await lab.start(returns, 'half', { tripId: 'half', to: 'nowhere' })
      const { error, cause, entered } = await lab.look(execution)
      expect({ error, last: entered.slice(-5) }).toEqual({
        error: 'Saga.Undone',
        last: ['both joined', 'Undo seat', 'Undo back', 'Undo there', 'Undone'],
      })
      expect(cause).toContain('there is no such airport')
      expect(await lab.deeds()).toMatchObject({ 'book half': [2, 2] })
    })

    it('turns back when a callback gives no sign of life', async () => {
      const execution = await lab.start(returns, 'silent', { tripId: 'silent', to: 'Lisbon' })
      await lab.clock.advance(70_000)
      expect(await lab.look(execution)).toMatchObject({ status: 'FAILED', error: 'Saga.Undone' })
      expect(await lab.deeds()).toMatchObject({ 'book silent': [3, 3] })
    })
  })

  it('F66: is found by the sweep where nobody heard of its end, and measured', async () => {
    const executionArn = await start('unheard')
    await lab.listen(false)
    await lab.sfn.send(new StopExecutionCommand({ executionArn }))
    await lab.clock.advance(11 * 60_000)
    expect(await bus.saga(tripSaga, 'unheard').status()).toMatchObject({ state: 'stopped' })
    await lab.listen(true)
    await lab.sweep()
    expect(await bus.saga(tripSaga, 'unheard').status()).toMatchObject({ state: 'undone' })
    expect(await lab.deeds()).toMatchObject({ 'book unheard': [1, 1] })
    expect(await lab.metrics('saga', 'trips.TripSaga')).toEqual(
      expect.arrayContaining(['Completed', 'Undone', 'Duration', 'Recovered', 'Open', 'Attention', 'OldestRunning']),
    )
  })

  it('measures a step that is tried for longer than its alarm', async () => {
    const origin = { correlationId: 'c', hops: 0 }
    const call = { phase: 'act', saga: 'trips.TripSaga', sagaId: 'old', step: 'ticket', machine: 'm', origin }
    await lab.invoke('trips.IssueTicket', { ...call, attempt: 9, input: {}, enteredAt: 0, alarmAfter: 60_000 })
    expect(await lab.metrics('step', 'trips.issue-ticket')).toEqual(expect.arrayContaining(['Refused', 'Overdue']))
  })

  it('F33: waits for an operator when a compensation is exhausted, and goes on when it is told to', async () => {
    const execution = await start('stuck')
    await lab.disable('trips.TakePayment')
    await lab.clock.advance(31 * 60_000)
    expect(await bus.saga(tripSaga, 'stuck').status()).toMatchObject({ state: 'compensating' })
    expect(await bus.saga(tripSaga, 'stuck').resume()).toBe(false)
    await lab.clock.advance(30 * 3_600_000)
    expect(await bus.saga(tripSaga, 'stuck').status()).toMatchObject({
      state: 'needs attention',
      attention: { step: 'pay' },
    })
    await lab.enable('trips.TakePayment')
    expect(await bus.saga(tripSaga, 'stuck').resume()).toBe(true)
    await lab.clock.advance(5_000)
    expect(await lab.look(execution)).toMatchObject({ status: 'FAILED', error: 'Saga.Undone' })
    expect(await lab.deeds()).toMatchObject({ 'book stuck': [1, 1], 'refund stuck trips.TripSaga/stuck/pay': [1, 0] })
  })
})
