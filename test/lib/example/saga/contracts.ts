import * as z from 'zod'
import { saga, step } from '../../../../messaging/index.ts'

const input = z.object({ tripId: z.string() })

/** A person answers. */
export const Approve = step('trips.Approve', { input, callback: true })
export const Book = step('trips.Book', { input, output: z.object({ by: z.string() }), undo: 'impossible' })

/** The first deployment's. */
export const tripSaga = saga('trips.TripSaga', { input, key: ({ tripId }) => tripId }, (flow) =>
  flow
    .step('approve', Approve, { input: ({ input }) => input, answerWithin: '1h' })
    .pivot('book', Book, { input: ({ input }) => input }),
)

/** The second one's: it books twice. */
export const longerTripSaga = saga('trips.TripSaga', { input, key: ({ tripId }) => tripId }, (flow) =>
  flow
    .step('approve', Approve, { input: ({ input }) => input, answerWithin: '1h' })
    .pivot('book', Book, { input: ({ input }) => input })
    .step('bookBack', Book, { input: ({ input }) => input }),
)
