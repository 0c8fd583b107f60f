import type { GoodsReceived } from '../../contracts/inventory.ts'
import { type Line, unitsOf } from '../../contracts/lines.ts'
import { total } from '../../contracts/money.ts'
import {
  RefundNoted,
  type RequestReturn,
  RestockNoted,
  ReturnCompleted,
  ReturnRequested,
} from '../../contracts/returns.ts'
import type { Data, FactOf, MessageOf } from '../../messaging/index.ts'
import { aggregate, Dead } from '../../messaging/index.ts'

/** A return is complete when the money went back and every part of the goods is on the shelf, in whichever order. */
export type ReturnState =
  | { readonly status: 'none' }
  | {
      readonly status: 'requested' | 'completed'
      readonly total: number
      readonly units: number
      readonly lines: readonly Line[]
      readonly refunded: boolean
      /** Parts of the goods that are on the shelf. */
      readonly shelved: readonly number[]
      /** How many parts the goods came in; unknown before the first. */
      readonly parts?: number
    }

const PUBLIC = [ReturnRequested, ReturnCompleted] as const
const INTERNAL = [RefundNoted, RestockNoted] as const
type Contracts = (typeof PUBLIC)[number] | (typeof INTERNAL)[number]
type ReturnEvent = MessageOf<Contracts>

export function request(state: ReturnState, wanted: Data<typeof RequestReturn>): FactOf<typeof ReturnRequested>[] {
  if (state.status !== 'none') return []
  const { lines } = wanted
  return [{ type: 'returns.ReturnRequested', data: { ...wanted, total: total(lines), units: unitsOf(lines) } }]
}

type Noted = FactOf<typeof ReturnCompleted | (typeof INTERNAL)[number]>

/** The money is on its way back. */
export function noteRefund(state: ReturnState, returnId: string, refundId: string): Noted[] {
  if (state.status === 'none') return []
  return progress(state, returnId, { type: 'returns.RefundNoted', data: { returnId, refundId, amount: state.total } })
}

/** A part of the goods is on the shelf. */
export function noteRestock(state: ReturnState, goods: Data<typeof GoodsReceived>): Noted[] {
  const { receiptId: returnId, part, parts, units } = goods
  return progress(state, returnId, { type: 'returns.RestockNoted', data: { returnId, part, parts, units } })
}

/** The last of them completes the return. */
function progress(state: ReturnState, returnId: string, noted: FactOf<(typeof INTERNAL)[number]>): Noted[] {
  if (state.status === 'none')
    throw new Dead(`${noted.type} for return ${returnId}, which was never requested`, { code: 'UnknownReturn' })
  if (state.status === 'completed' || !isComplete(evolve(state, noted))) return [noted]
  return [noted, { type: 'returns.ReturnCompleted', data: { returnId, amount: state.total, units: state.units } }]
}

function isComplete(state: ReturnState): boolean {
  return state.status !== 'none' && state.refunded && state.shelved.length === state.parts
}

export function evolve(state: ReturnState, event: ReturnEvent): ReturnState {
  if (event.type === 'returns.ReturnRequested') {
    const { total, units, lines } = event.data
    return { status: 'requested', total, units, lines, refunded: false, shelved: [] }
  }
  if (state.status === 'none') return state
  switch (event.type) {
    case 'returns.RefundNoted':
      return { ...state, refunded: true }
    case 'returns.RestockNoted': {
      const { part, parts } = event.data
      return { ...state, parts, shelved: [...new Set([...state.shelved, part])] }
    }
    case 'returns.ReturnCompleted':
      return { ...state, status: 'completed' }
  }
}

export const initial = (): ReturnState => ({ status: 'none' })

export const returns = aggregate('return', { initial, evolve, events: PUBLIC, internal: INTERNAL })
