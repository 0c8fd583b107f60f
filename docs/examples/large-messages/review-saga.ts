import { saga, step } from '../../../messaging/index.ts'
import { Figures } from './stores.ts'

/** A saga passes ids and figures on, never documents. */
export const Approve = step('catalogue.Approve', { input: Figures, undo: 'impossible' })
export const reviewSaga = saga('catalogue.ReviewSaga', { input: Figures, key: ({ listId }) => listId }, (flow) =>
  flow.pivot('approve', Approve, { input: ({ input }) => input }),
)
