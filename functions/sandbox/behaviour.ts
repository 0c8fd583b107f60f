import { createHash } from 'node:crypto'
import * as z from 'zod/mini'

const Count = z.int().check(z.nonnegative())
const Share = z._default(z.number().check(z.minimum(0), z.maximum(1)), 0)

/**
 * How the sandbox misbehaves. Counted per key, so that a run can be told in advance: the first calls fail before the money
 * moves, the next move it and lose the answer, and all later ones answer. By shares, so that a run has some of everything: drawn
 * from the seed and the key, so that the same seed makes the same charges fail.
 */
export const Settings = z
  .object({
    /** Milliseconds before every answer. */
    delay: z._default(Count, 0),
    /** Calls under a key that fail with the money unmoved. */
    failFirst: z._default(Count, 0),
    /** Calls under a key, after those, whose answer is lost with the money moved. */
    loseFirst: z._default(Count, 0),
    /** Charges above this many pence are declined. */
    declineOver: z.optional(Count),
    seed: z._default(z.pipe(z.union([z.string(), z.number()]), z.transform(String)), '1'),
    /** Of all keys: calls under them fail. */
    failShare: Share,
    /** Of all keys: calls under them never end; in half of these the money has moved. */
    timeOutShare: Share,
    /** Of all charges: the answer comes a second time, through the webhook. */
    twiceShare: Share,
    /** Seconds until a charge is answered through the webhook; SQS holds a message for 900. @default in the call itself */
    answerAfter: z.optional(z.int().check(z.minimum(0), z.maximum(900))),
    /** Charges are accepted and never answered: the customer does not pay. */
    unpaid: z._default(z.boolean(), false),
    /** Where the shop hears what became of a charge: a URL that takes POST, registered here as with any provider. */
    webhook: z.optional(z.url()),
  })
  .check(
    z.refine((settings) => settings.webhook !== undefined || settings.answerAfter === undefined, {
      path: ['webhook'],
      error: 'must be set where answers come later, by answerAfter',
    }),
    z.refine((settings) => settings.webhook !== undefined || settings.twiceShare === 0, {
      path: ['webhook'],
      error: 'must be set where answers come twice, by twiceShare',
    }),
  )
export type Settings = z.infer<typeof Settings>

const key = z.string().check(z.minLength(1))
const move = { key, reference: key, amount: Count, customerId: z.optional(z.string()) }

export const Request = z.discriminatedUnion('operation', [
  z.object({ operation: z.literal('charge'), ...move }),
  z.object({ operation: z.literal('refund'), ...move }),
  /** Undoes the charge under the key, or sees to it that there will never be one. */
  z.object({ operation: z.literal('cancel'), key }),
])
export type Request = z.infer<typeof Request>
export type Charge = Extract<Request, { operation: 'charge' }>
export type Refund = Extract<Request, { operation: 'refund' }>
export type Cancel = Extract<Request, { operation: 'cancel' }>

export type ChargeAnswer =
  | { readonly status: 'taken'; readonly chargeId: string }
  | { readonly status: 'declined'; readonly reason: string }

export interface RefundAnswer {
  readonly refundId: string
}

/** `refunded`: the charge had been taken, and all of it went back. `void`: nothing was taken, and nothing ever will be. */
export type CancelAnswer = { readonly status: 'refunded'; readonly refundId: string } | { readonly status: 'void' }

/** `pending`: the webhook will hear of it. */
export type Answer = ChargeAnswer | RefundAnswer | CancelAnswer | { readonly status: 'pending' }

export function chargeAnswer({ amount }: Charge, { declineOver }: Settings, id: string): ChargeAnswer {
  if (declineOver !== undefined && amount > declineOver)
    return { status: 'declined', reason: `${amount} is over the limit of ${declineOver}` }
  return { status: 'taken', chargeId: `ch_${id}` }
}

/**
 * What happens to one call.
 * `fail`: an error, the money unmoved. `lose`: an error, the money moved. `hang`: no end, the money unmoved. `hang-moved`: no end, the
 * money moved. `twice`: an answer, and the same once more at the webhook. `never`: accepted, and nothing happens any more.
 */
export type Fate = 'fail' | 'lose' | 'hang' | 'hang-moved' | 'twice' | 'never' | 'answer'

/**
 * A charge meets the same share each time it is asked for: asking again does not help. Everything else is drawn anew at each call, so
 * that whoever goes on asking gets his money back.
 * @param call 1 for the first call under the key.
 */
export function fate(request: Request, call: number, settings: Settings): Fate {
  if (call <= settings.failFirst) return 'fail'
  if (call <= settings.failFirst + settings.loseFirst) return 'lose'
  const { operation } = request
  const drawn = draw(settings.seed, operation, request.key, operation === 'charge' ? '' : String(call))
  const { failShare, timeOutShare, twiceShare } = settings
  if (drawn < failShare) return 'fail'
  if (drawn < failShare + timeOutShare / 2) return 'hang'
  if (drawn < failShare + timeOutShare) return 'hang-moved'
  if (operation !== 'charge') return 'answer'
  if (drawn < failShare + timeOutShare + twiceShare) return 'twice'
  return settings.unpaid ? 'never' : 'answer'
}

/** At least 0 and below 1, always the same for the same words. */
function draw(...words: readonly string[]): number {
  return createHash('sha256').update(JSON.stringify(words)).digest().readUInt32BE() / 2 ** 32
}
