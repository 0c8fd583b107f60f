import * as z from 'zod/mini'
import { command, event, step } from '../messaging/index.ts'
import { Count, Positive, text } from './fields.ts'
import { CustomerId, Lines } from './lines.ts'
import { Pence } from './money.ts'

export const ReturnId = text(80)

/** What a client sends to POST /returns: what came back, at the price that was paid for it. */
export const ReturnRequest = z.strictObject({
  /** The client's own number for the return, such as a credit note's. */
  reference: z.optional(text(80)),
  customerId: z.optional(CustomerId),
  lines: Lines,
})

export const RequestReturn = command('returns.RequestReturn', {
  schema: z.extend(ReturnRequest, { returnId: ReturnId }),
  key: (request) => request.returnId,
})

export const ReturnRequested = event('returns.ReturnRequested', {
  schema: z.extend(ReturnRequest, { returnId: ReturnId, total: Pence, units: Positive }),
  key: (request) => request.returnId,
})

/** What a saga knows of a return. */
export const ReturnInBrief = z.object({ returnId: ReturnId, customerId: z.optional(CustomerId), total: Pence })

export type ReturnInBrief = z.infer<typeof ReturnInBrief>

/** Has inventory put the goods on the shelf again. */
export const RestockReturn = step('returns.RestockReturn', {
  input: z.object({ returnId: ReturnId, refundId: z.string() }),
  undo: 'impossible',
})

/** The return's own bookkeeping: kept, not published. */
export const RefundNoted = event('returns.RefundNoted', {
  schema: z.object({ returnId: ReturnId, refundId: z.string(), amount: Pence }),
  key: (noted) => noted.returnId,
})

export const RestockNoted = event('returns.RestockNoted', {
  schema: z.object({
    returnId: ReturnId,
    part: Count,
    parts: Positive,
    units: Positive,
  }),
  key: (noted) => noted.returnId,
})

/** The money went back and the goods are on the shelf. */
export const ReturnCompleted = event('returns.ReturnCompleted', {
  schema: z.object({ returnId: ReturnId, amount: Pence, units: Positive }),
  key: (completed) => completed.returnId,
})
