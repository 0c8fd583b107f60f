import { sagaStep } from '../../../../messaging/index.ts'
import { Book } from './contracts.ts'

/** As the first deployment has it. */
export const handler = sagaStep(import.meta, { id: 'trips.book', step: Book }, { act: () => ({ by: 'first' }) })
