import * as z from 'zod'

/**
 * How the sandbox misbehaves. Counted per key, so that a run can be told in advance: the first calls fail before the money
 * moves, the next move it and lose the answer, and all later ones answer.
 */
export const Settings = z.object({
  /** Milliseconds before every answer. */
  delay: z.int().nonnegative().default(0),
  /** Calls under a key that fail with the money unmoved. */
  failFirst: z.int().nonnegative().default(0),
  /** Calls under a key, after those, whose answer is lost with the money moved. */
  loseFirst: z.int().nonnegative().default(0),
  /** Charges above this many pence are declined. */
  declineOver: z.int().nonnegative().optional(),
})
export type Settings = z.infer<typeof Settings>

export const Request = z.object({
  operation: z.enum(['charge', 'refund']),
  key: z.string().min(1),
  reference: z.string().min(1),
  amount: z.int().nonnegative(),
  customerId: z.string().optional(),
})
export type Request = z.infer<typeof Request>

export type Answer =
  | { readonly status: 'taken'; readonly chargeId: string }
  | { readonly status: 'declined'; readonly reason: string }
  | { readonly refundId: string }

export function answerTo(request: Request, settings: Settings, id: string): Answer {
  if (request.operation === 'refund') return { refundId: `re_${id}` }
  const { declineOver } = settings
  if (declineOver !== undefined && request.amount > declineOver)
    return { status: 'declined', reason: `${request.amount} is over the limit of ${declineOver}` }
  return { status: 'taken', chargeId: `ch_${id}` }
}

/** @param call 1 for the first call under the key. */
export function fate(call: number, settings: Settings): 'fail' | 'lose' | 'answer' {
  if (call <= settings.failFirst) return 'fail'
  return call <= settings.failFirst + settings.loseFirst ? 'lose' : 'answer'
}
