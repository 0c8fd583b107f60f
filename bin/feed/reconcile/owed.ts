import type { ExpectedOrder, ExpectedReturn } from '../expectations.ts'
import type { Effect } from './holdings.ts'

/** What an order or a return must have left behind, once each: effects with their amounts, and events in the journal. */
export interface Owed {
  readonly effects: ReadonlyMap<Effect, number>
  readonly journal: readonly string[]
}

export function owedByOrder({ value, units, points }: ExpectedOrder): Owed {
  return {
    effects: new Map<Effect, number>([
      ['order placed', value],
      ['stock reserved', units],
      ['payment taken', value],
      ['charge at the provider', value],
      ['order confirmed', value],
      ['order in the read model', value],
      ['shipping notice', units],
      ...(points > 0 ? [['points earned', points] as const] : []),
    ]),
    journal: [
      'orders.OrderPlaced',
      'inventory.StockReserved',
      'payments.PaymentTaken',
      'orders.OrderConfirmed',
      'shipping.ShippingNoticeSent',
      ...(points > 0 ? ['loyalty.PointsEarned'] : []),
    ],
  }
}

/** How far a cancelled order had come. */
export interface Fell {
  /** The provider had taken the money. */
  readonly charged: boolean
  /** The shop had heard of it. */
  readonly paid: boolean
}

/** A cancelled order leaves its placing and its ending behind, and what it had paid goes back, once. */
export function owedByCancelledOrder({ value }: ExpectedOrder, { charged, paid }: Fell): Owed {
  return {
    effects: new Map<Effect, number>([
      ['order placed', value],
      ['order in the read model', 0],
      ...(charged
        ? ([
            ['charge at the provider', value],
            ['refund at the provider', value],
          ] as const)
        : []),
      ...(paid ? [['payment taken', value] as const] : []),
    ]),
    journal: ['orders.OrderPlaced', 'orders.OrderCancelled'],
  }
}

export function owedByReturn({ value, units, points }: ExpectedReturn): Owed {
  return {
    effects: new Map<Effect, number>([
      ['return requested', value],
      ['refund paid', value],
      ['refund at the provider', value],
      ['goods restocked', units],
      ['return completed', value],
      ...(points > 0 ? [['points taken back', points] as const] : []),
    ]),
    journal: [
      'returns.ReturnRequested',
      'payments.PaymentRefunded',
      'returns.ReturnCompleted',
      ...(points > 0 ? ['loyalty.PointsTakenBack'] : []),
    ],
  }
}
