import * as z from 'zod'
import {
  type AnySaga,
  allOf,
  equals,
  exponential,
  isGiven,
  type SagaTargets,
  saga,
  step,
  stepsOf,
} from '../../../messaging/index.ts'

/** A trip: book, pay (an answer comes later), ticket (no way back), tell. */
const TripId = z.string()

export const BookFlight = step('trips.BookFlight', {
  input: z.object({ tripId: TripId, to: z.string(), meal: z.string().optional() }),
  output: z.object({ bookingId: z.string(), price: z.number() }),
})
export const TakePayment = step('trips.TakePayment', {
  input: z.object({ tripId: TripId, amount: z.number() }),
  output: z.object({ paymentId: z.string() }),
  callback: true,
})
export const IssueTicket = step('trips.IssueTicket', {
  input: z.object({ bookingId: z.string() }),
  output: z.object({ ticketId: z.string() }),
  undo: 'impossible',
})
export const TellCustomer = step('trips.TellCustomer', {
  input: z.object({ tripId: TripId, ticketId: z.string() }),
  undo: 'impossible',
})
export const CheckPassport = step('trips.CheckPassport', {
  input: z.object({ tripId: TripId }),
  output: z.object({ valid: z.boolean() }),
  undo: 'needless',
})

export const TripInput = z.object({ tripId: TripId, to: z.string(), meal: z.string().optional() })

export const tripSaga = saga('trips.TripSaga', { input: TripInput, key: (trip) => trip.tripId }, (flow) =>
  flow
    // Most give no meal: it is left out then.
    .step('book', BookFlight, { input: ({ input }) => ({ tripId: input.tripId, to: input.to, meal: input.meal }) })
    .step('pay', TakePayment, {
      input: ({ input, book }) => ({ tripId: input.tripId, amount: book.price }),
      answerWithin: '30m',
    })
    .pivot('ticket', IssueTicket, { input: ({ book }) => ({ bookingId: book.bookingId }) })
    .step('tell', TellCustomer, {
      input: ({ input, ticket }) => ({ tripId: input.tripId, ticketId: ticket.ticketId }),
      retry: { attempts: 600, backoff: exponential('1s', '5m') },
    }),
)

/** A way there and back, side by side; a seat; first class for those with a passport, and an hour for it all. No pivot. */
export const returnSaga = saga(
  'trips.ReturnSaga',
  { input: TripInput, key: (trip) => trip.tripId, deadline: '1h' },
  (flow) =>
    flow
      .step('passport', CheckPassport, { input: ({ input }) => ({ tripId: input.tripId }) })
      .parallel(
        'both',
        (one) => one.step('there', BookFlight, { input: ({ input }) => ({ tripId: input.tripId, to: input.to }) }),
        (two) =>
          two
            .step('back', BookFlight, { input: ({ input }) => ({ tripId: input.tripId, to: 'home' }) })
            .step('seat', BookFlight, { input: ({ input, back }) => ({ tripId: input.tripId, to: back.bookingId }) }),
      )
      .choose('upgrade', {
        when: ({ passport, there }) => allOf(equals(passport.valid, true), isGiven(there)),
        yes: (way) =>
          way.step('first', TakePayment, {
            input: ({ input, there }) => ({ tripId: input.tripId, amount: there.price }),
            answerWithin: '10m',
            heartbeat: '1m',
          }),
      })
      .step('visa', CheckPassport, { input: ({ input }) => ({ tripId: input.tripId }) }),
)

/** Targets for each step of a saga, with functions of thirty seconds. */
export const targetsOf = ({ nodes }: AnySaga, timeout = 30_000): SagaTargets => ({
  keeper: 'arn:aws:lambda:eu-west-2:000000000000:function:trips-saga-keeper',
  table: 'trips',
  steps: Object.fromEntries(
    stepsOf(nodes).map(({ contract: { name } }) => [
      name,
      { arn: `arn:aws:lambda:eu-west-2:000000000000:function:${name.replace('.', '-')}`, timeout },
    ]),
  ),
})
