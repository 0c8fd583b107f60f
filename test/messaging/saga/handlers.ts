import * as z from 'zod'
import { command, Dead, event, sagaStep, store, worker } from '../../../messaging/index.ts'
import { BookFlight, CheckPassport, IssueTicket, TakePayment, TellCustomer, tripSaga } from './example.ts'
import type { Subject } from './model/play.ts'

/** What the trips service keeps: one item for each thing that a step did. */
export const deeds = store('deeds', {
  schema: z.object({ id: z.string(), done: z.number(), undone: z.number() }),
  key: (deed) => deed.id,
})

const Noted = z.object({ what: z.string() })
export const DeedDone = event('trips.DeedDone', { schema: Noted, key: (noted) => noted.what })
export const DeedUndone = event('trips.DeedUndone', { schema: Noted, key: (noted) => noted.what })

const stores = { deeds }

export const book = sagaStep(
  import.meta,
  { id: 'trips.book-flight', step: BookFlight, stores, publishes: [DeedDone, DeedUndone] },
  {
    async act({ tripId, to }, unit) {
      if (to === 'nowhere') throw new Dead('there is no such airport', { code: 'UnknownAirport' })
      const before = await unit.deeds.get(`book ${tripId}`)
      unit.deeds.save({ id: `book ${tripId}`, done: (before?.done ?? 0) + 1, undone: before?.undone ?? 0 })
      unit.publish(DeedDone, { what: `book ${tripId}` })
      return { bookingId: `B-${tripId}`, price: 100 }
    },
    async compensate({ input: { tripId } }, unit) {
      const before = await unit.deeds.get(`book ${tripId}`)
      unit.deeds.save({ id: `book ${tripId}`, done: before?.done ?? 0, undone: (before?.undone ?? 0) + 1 })
      unit.publish(DeedUndone, { what: `book ${tripId}` })
    },
  },
)

export const pay = sagaStep(
  import.meta,
  { id: 'trips.take-payment', step: TakePayment, stores },
  {
    act: ({ tripId }, unit, { callback }) => unit.deeds.save({ id: `ask ${tripId} ${callback}`, done: 1, undone: 0 }),
    compensate: ({ input: { tripId }, output }, unit, { key }) =>
      unit.deeds.save({ id: `refund ${tripId} ${output?.paymentId ?? key}`, done: 1, undone: 0 }),
  },
)

export const ticket = sagaStep(
  import.meta,
  { id: 'trips.issue-ticket', step: IssueTicket, stores },
  {
    act({ bookingId }, unit) {
      if (bookingId === 'B-full') throw new Dead('the plane is full', { code: 'Full' })
      unit.deeds.save({ id: `ticket ${bookingId}`, done: 1, undone: 0 })
      return { ticketId: `T-${bookingId}` }
    },
  },
)

export const tell = sagaStep(
  import.meta,
  { id: 'trips.tell-customer', step: TellCustomer, stores },
  {
    act({ tripId, ticketId }, unit) {
      unit.deeds.save({ id: `tell ${tripId} ${ticketId}`, done: 1, undone: 0 })
      return {}
    },
  },
)

export const passport = sagaStep(
  import.meta,
  { id: 'trips.check-passport', step: CheckPassport },
  { act: ({ tripId }) => ({ valid: tripId !== 'expired' }) },
)

/** What the payment provider reports, and a customer's wish: both by the same worker, for short. */
export const PaymentReported = command('trips.PaymentReported', {
  schema: z.object({
    callback: z.string(),
    paymentId: z.string().optional(),
    trip: z.string().optional(),
    alive: z.boolean().optional(),
  }),
  key: ({ callback }) => callback,
})

export const settle = worker(
  import.meta,
  { id: 'trips.settle-payment', on: PaymentReported, sagas: { starts: [tripSaga], answers: [TakePayment] } },
  async ({ callback, paymentId, trip, alive }, unit) => {
    if (trip) unit.startSaga(tripSaga, { tripId: trip, to: 'Lisbon' })
    else if (alive) await unit.heartbeat(TakePayment, callback)
    else if (paymentId) await unit.answer(TakePayment, callback, { paymentId })
    else await unit.decline(TakePayment, callback, { code: 'NoFunds', message: 'the card has no funds' })
  },
)

/** The trip's saga with its handlers, for the model check. */
export const trips: Subject = {
  saga: tripSaga,
  handlers: [book, pay, ticket, tell],
  input: (sagaId) => ({ tripId: sagaId, to: 'Lisbon' }),
  answer: () => ({ paymentId: 'P-1' }),
}
