// What a saga's declaration must not say. Each line below an expectation does not compile.
import * as z from 'zod'
import { consumer, event, saga, sagaStep, step } from '../../../messaging/index.ts'
import { BookFlight, IssueTicket, TakePayment, TripInput, tripSaga } from './example.ts'

const key = (trip: { tripId: string }) => trip.tripId

saga('trips.A', { input: TripInput, key }, (flow) =>
  flow.step('book', BookFlight, {
    // @ts-expect-error `to` is missing
    input: ({ input }) => ({ tripId: input.tripId }),
  }),
)
saga('trips.A', { input: TripInput, key }, (flow) =>
  flow.step('book', BookFlight, {
    // @ts-expect-error no earlier step has this name
    input: ({ input, later }) => ({ tripId: input.tripId, to: later.city }),
  }),
)
saga('trips.A', { input: TripInput, key }, (flow) =>
  flow
    .step('book', BookFlight, { input: ({ input }) => ({ tripId: input.tripId, to: input.to }) })
    .pivot('ticket', IssueTicket, {
      // @ts-expect-error a booking's price is no id
      input: ({ book }) => ({ bookingId: book.price }),
    }),
)
saga('trips.A', { input: TripInput, key }, (flow) =>
  flow
    .step('book', BookFlight, { input: ({ input }) => ({ tripId: input.tripId, to: input.to }) })
    // @ts-expect-error the name is taken
    .step('book', BookFlight, { input: ({ input }) => ({ tripId: input.tripId, to: input.to }) }),
)
saga('trips.A', { input: TripInput, key }, (flow) =>
  // @ts-expect-error a callback says how long its answer may take
  flow.step('pay', TakePayment, { input: ({ input }) => ({ tripId: input.tripId, amount: 1 }) }),
)

// @ts-expect-error what can be undone has a compensation
sagaStep(import.meta, { id: 'trips.book', step: BookFlight }, { act: () => ({ bookingId: 'B', price: 1 }) })
sagaStep(
  import.meta,
  { id: 'trips.ticket', step: IssueTicket },
  {
    act: () => ({ ticketId: 'T' }),
    // @ts-expect-error what cannot be undone has none
    compensate: () => {},
  },
)
sagaStep(
  import.meta,
  { id: 'trips.book', step: BookFlight },
  {
    // @ts-expect-error the answer has a price
    act: () => ({ bookingId: 'B' }),
    compensate: () => {},
  },
)

const Wished = event('trips.TripWished', { schema: z.object({ tripId: z.string() }), key })
const Other = step('trips.Other', { input: z.object({}), callback: true })
consumer(
  import.meta,
  { id: 'trips.wish', on: Wished, sagas: { starts: [tripSaga], answers: [TakePayment] } },
  async (_, unit) => {
    unit.startSaga(tripSaga, { tripId: 'T', to: 'Lisbon' })
    await unit.answer(TakePayment, 'key', { paymentId: 'P' })
    // @ts-expect-error its input has a `to`
    unit.startSaga(tripSaga, { tripId: 'T' })
    // @ts-expect-error another answer
    await unit.answer(TakePayment, 'key', { paymentId: 1 })
    // @ts-expect-error not in `answers`
    await unit.answer(Other, 'key', {})
  },
)
consumer(import.meta, { id: 'trips.wish', on: Wished }, (_, unit) => {
  // @ts-expect-error starts nothing
  unit.startSaga(tripSaga, { tripId: 'T', to: 'Lisbon' })
})
