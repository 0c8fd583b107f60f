import * as z from 'zod'
import { command } from '../../../messaging/index.ts'

const account = z.string()

/** Takes money off a card. */
export const Charge = command('bank.Charge', {
  schema: z.object({ account, card: z.string() }),
  key: (charge) => charge.account,
})

/** Bookings of an account are made one after the other. */
export const Book = command('bank.Book', {
  schema: z.object({ account, amount: z.number(), currency: z.string() }),
  key: (booking) => booking.account,
  ordered: true,
})

export const SetRate = command('bank.SetRate', {
  schema: z.object({ currency: z.string(), rate: z.number() }),
  key: (rate) => rate.currency,
})
