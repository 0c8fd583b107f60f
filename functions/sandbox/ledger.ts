import {
  type Cancel,
  type CancelAnswer,
  type Charge,
  type ChargeAnswer,
  type Refund,
  type RefundAnswer,
  type Request,
  Settings,
} from './behaviour.ts'
import { cancelRow, count, moveMoney, type Row, readRow } from './rows.ts'

/** The provider's own books: its settings, and what it did under each key. */
export interface Ledger {
  settings(): Promise<Settings>
  /** Counts a call under the key. @returns 1 for the first. */
  countCall(request: Request): Promise<number>
  /**
   * Takes the money unless this key has an answer already; a cancelled key never takes any.
   * @returns the key's first answer. @throws KeyReused
   */
  charge(charge: Charge, answer: ChargeAnswer): Promise<ChargeAnswer>
  /** Pays the money back unless it was under this key. @returns the key's first answer. @throws KeyReused */
  refund(refund: Refund, answer: RefundAnswer): Promise<RefundAnswer>
  /** Pays a charge that was taken back, once, and lets the key take nothing from then on. */
  cancel(cancel: Cancel, refund: RefundAnswer): Promise<CancelAnswer>
  /** What became of the charge under the key; undefined where there is none. */
  answerOf(key: string): Promise<ToldAnswer | undefined>
}

/** What the webhook hears of a charge. */
export type ToldAnswer = ChargeAnswer & { readonly reference: string; readonly amount: number }

const CANCELLED: ChargeAnswer = { status: 'declined', reason: 'the charge was cancelled' }

export function ledger(table: string): Ledger {
  return {
    settings: async () => Settings.parse((await readRow(table, 'settings')) ?? {}),
    countCall: ({ operation, key }) => count(table, `${operation}#${key}`),
    charge: async ({ key, reference, amount }, answer) =>
      chargeIn(await moveMoney(table, `charge#${key}`, { reference, amount, answer })) ?? CANCELLED,
    async refund({ key, reference, amount }, answer) {
      const row = await moveMoney(table, `refund#${key}`, { reference, amount, answer })
      return row.answer as RefundAnswer
    },
    async cancel({ key }, refund) {
      const row = await cancelRow(table, `charge#${key}`, refund)
      const { cancelled = refund, reference, amount, answer } = row
      if (!(answer && 'chargeId' in answer)) return { status: 'void' }
      await moveMoney(table, `refund#${key}`, { reference, amount, answer: cancelled })
      return { status: 'refunded', ...cancelled }
    },
    async answerOf(key) {
      const row = (await readRow(table, `charge#${key}`)) as unknown as Row | undefined
      const answer = row && chargeIn(row)
      return answer && { ...answer, reference: row.reference, amount: row.amount }
    },
  }
}

/** A cancelled charge is declined, also where it had been taken: the money is on its way back. */
const chargeIn = ({ answer, cancelled }: Row): ChargeAnswer | undefined =>
  cancelled ? CANCELLED : (answer as ChargeAnswer | undefined)
