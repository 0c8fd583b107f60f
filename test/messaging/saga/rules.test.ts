import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type AnySaga, compileSaga, type SagaTargets, saga, sagaProblems, step } from '../../../messaging/index.ts'
import { BookFlight, CheckPassport, IssueTicket, TakePayment, TellCustomer, TripInput, targetsOf } from './example.ts'

type Build = Parameters<typeof saga<'trips.Wrong', typeof TripInput>>[2]

const declared = (build: Build, options: { deadline?: '1h'; timeout?: '1h' } = {}): AnySaga =>
  saga('trips.Wrong', { input: TripInput, key: (trip) => trip.tripId, ...options }, build)

const problemsOf = (one: AnySaga, targets: SagaTargets = targetsOf(one)) => sagaProblems(one, targets)

const booking = { input: () => ({ tripId: 'T', to: 'Lisbon' }) }
const ticketing = { input: () => ({ bookingId: 'B' }) }
const telling = { input: () => ({ tripId: 'T', ticketId: 'T' }) }
const paying = { input: () => ({ tripId: 'T', amount: 1 }), answerWithin: '30m' } as const

describe('a saga is refused, with the name of the step', () => {
  it.each<[rule: string, build: Build, problem: string]>([
    ['without steps', (flow) => flow, 'it has no steps'],
    [
      'with a compensatable step after the pivot',
      (flow) => flow.pivot('ticket', IssueTicket, ticketing).step('book', BookFlight, booking),
      "step 'book': it can be compensated but stands after the pivot, where nothing is undone",
    ],
    [
      'with a step before the pivot that cannot be undone',
      (flow) => flow.step('tell', TellCustomer, telling).pivot('ticket', IssueTicket, ticketing),
      "step 'tell': it has no compensation: trips.TellCustomer cannot be undone, so it must be the pivot or stand after it",
    ],
    [
      'with a step that is always undone and is not the first',
      (flow) =>
        flow
          .step('book', BookFlight, booking)
          .step('end', step('trips.End', { input: z.object({ tripId: z.string() }), undo: 'always' }), {
            input: () => ({ tripId: 'T' }),
          }),
      "step 'end': trips.End is undone always, so it must be the first step, and not the pivot",
    ],
    [
      'with two pivots',
      (flow) => flow.pivot('ticket', IssueTicket, ticketing).pivot('again', IssueTicket, ticketing),
      "step 'again': a saga has one pivot, and 'ticket' is it",
    ],
    [
      'with a pivot in a choice',
      (flow) =>
        flow.choose('big', {
          when: () => ({ expression: 'true', variables: [] }),
          yes: (way) => way.pivot('ticket', IssueTicket, ticketing),
        }),
      "step 'ticket': the pivot stands on the saga's own way, in no choice or branch",
    ],
    [
      'with a callback that may wait for ever',
      (flow) => flow.step('pay', TakePayment, { ...paying, answerWithin: undefined as never }),
      "step 'pay': a callback needs `answerWithin`, or it may wait for ever",
    ],
    [
      'with a callback that gives up before its function',
      (flow) => flow.step('pay', TakePayment, { ...paying, answerWithin: '10s' }),
      "step 'pay': answerWithin of 10000 ms ends before its function, at 30000 ms and 5 s",
    ],
    [
      'with a heartbeat beyond the answer',
      (flow) => flow.step('pay', TakePayment, { ...paying, heartbeat: '31m' }),
      "step 'pay': heartbeat of 1860000 ms must be from 1 s to below answerWithin",
    ],
    [
      'with a task that gives up before its function',
      (flow) => flow.step('book', BookFlight, { ...booking, timeout: '34s' }),
      "step 'book': timeout of 34 s ends before its function, at 30000 ms and 5 s: its outcome would be unknown by design",
    ],
    [
      'with an endless retry before the pivot',
      (flow) => flow.step('book', BookFlight, { ...booking, retry: { attempts: 'forever', alarmAfter: '1h' } }),
      "step 'book': it is retried for ever, which only a step after the pivot may be: a saga that can turn back must",
    ],
    [
      'with an endless retry without an alarm',
      (flow) =>
        flow
          .pivot('ticket', IssueTicket, ticketing)
          .step('tell', TellCustomer, { ...telling, retry: { attempts: 'forever' } }),
      "step 'tell': it is retried for ever without `alarmAfter`",
    ],
    [
      'with more retries than an execution has events',
      (flow) => flow.step('book', BookFlight, { ...booking, retry: { attempts: 9_000 } }),
      'its retries can make 27626 events, over the 24999 of an execution',
    ],
    [
      'with a name that is used twice',
      (flow) => (flow.step('book', BookFlight, booking) as never as typeof flow).step('book', BookFlight, booking),
      "step 'book': its name is used twice",
    ],
    [
      'with a name that is no variable',
      (flow) => flow.step('book-flight', BookFlight, booking),
      "step 'book-flight': a name is a lower-case letter, then letters and digits",
    ],
    [
      'with a name that is a function of JSONata',
      (flow) => flow.step('exists', BookFlight, booking),
      "step 'exists': a name is a lower-case letter, then letters and digits, 60 in all, and no name that is taken",
    ],
    [
      'with a reference to a step that comes later',
      (flow) =>
        flow.step('ticket', CheckPassport, { input: ({ later }: never) => ({ tripId: (later as { id: string }).id }) }),
      "step 'ticket': it refers to 'later', which is no earlier step",
    ],
    [
      'with a branch that is no row of steps',
      (flow) =>
        flow.parallel(
          'both',
          (one) => one.step('book', BookFlight, booking),
          (two) => two,
        ),
      "parallel 'both': a branch is a row of steps",
    ],
  ])('%s', (_, build, problem) => {
    expect(problemsOf(declared(build)).join('\n')).toContain(problem)
  })

  it('with payloads that can pass 256 KiB', () => {
    const Scan = step('trips.Scan', {
      input: z.object({ tripId: z.string() }),
      output: z.object({ image: z.string() }),
      maxOutput: 200_000,
    })
    const scanning = { input: () => ({ tripId: 'T' }) }
    const twice = declared((flow) => flow.step('front', Scan, scanning).step('back', Scan, scanning))
    expect(problemsOf(twice)).toEqual([
      "step 'back': with its answer the saga may hold 416384 bytes, over the 262144 of a payload: answer ids, not documents",
    ])
    const Big = step('trips.Big', { input: z.object({ tripId: z.string() }), maxInput: 260_000 })
    expect(problemsOf(declared((flow) => flow.step('big', Big, scanning)))).toEqual([
      "step 'big': its input may have 260000 bytes, over the 262144 of a payload: pass a reference",
    ])
  })

  it('with steps that can take longer than its machine', () => {
    const short = declared((flow) => flow.step('book', BookFlight, booking), { timeout: '1h' })
    expect(problemsOf(short).join()).toMatch(
      /its steps, retries and compensations can take \d+ s, over the 3600 s of the machine/,
    )
  })

  it('with a step that no function handles', () => {
    const one = declared((flow) => flow.step('book', BookFlight, booking))
    expect(problemsOf(one, { ...targetsOf(one), steps: {} })).toEqual([
      "step 'book': no function handles trips.BookFlight",
    ])
  })

  it('with every reason at once', () => {
    const one = declared((flow) =>
      flow
        .step('book', BookFlight, { ...booking, timeout: '1s' })
        .pivot('ticket', IssueTicket, ticketing)
        .step('again', BookFlight, booking),
    )
    expect(() => compileSaga(one, targetsOf(one))).toThrow(
      /step 'book': timeout.*; step 'again': it can be compensated/,
    )
  })
})
