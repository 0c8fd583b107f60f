import {
  ChunkReleased,
  ChunkReserved,
  ChunkShort,
  ReservationBegun,
  StockRejected,
  StockReserved,
} from '../../contracts/inventory.ts'
import type { StockLine } from '../../contracts/lines.ts'
import type { OrderPlaced } from '../../contracts/orders.ts'
import type { Data, FactOf, MessageOf } from '../../messaging/index.ts'
import { aggregate, Dead } from '../../messaging/index.ts'
import { chunksOf } from './chunks.ts'

/**
 * Joins the chunks of one order: all of them set aside, or none kept. A chunk is `held` from its reservation until it is
 * given back.
 */
export type ReservationState =
  | { readonly status: 'none' }
  | {
      readonly status: 'open' | 'reserved' | 'rejected'
      readonly orderId: string
      readonly customerId?: string | undefined
      readonly total: number
      readonly units: number
      readonly chunks: number
      readonly answered: readonly number[]
      readonly held: ReadonlyMap<number, readonly StockLine[]>
      readonly short: readonly string[]
    }

const PUBLIC = [StockReserved, StockRejected] as const
const INTERNAL = [ReservationBegun, ChunkReserved, ChunkShort, ChunkReleased] as const
type Contracts = (typeof PUBLIC)[number] | (typeof INTERNAL)[number]
type ReservationEvent = MessageOf<Contracts>
type Answer = typeof ChunkReserved | typeof ChunkShort | typeof StockReserved | typeof StockRejected

export type ChunkAnswer =
  | { readonly chunk: number; readonly lines: StockLine[] }
  | { readonly chunk: number; readonly short: string[] }

export function begin(state: ReservationState, order: Data<typeof OrderPlaced>): FactOf<typeof ReservationBegun>[] {
  if (state.status !== 'none') return []
  const { orderId, customerId, total, units } = order
  const chunks = chunksOf(order.lines).length
  return [{ type: 'inventory.ReservationBegun', data: { orderId, customerId, total, units, chunks } }]
}

/** What follows when a chunk was set aside or found short; the last answer settles the order. */
export function answer(state: ReservationState, answered: ChunkAnswer): FactOf<Answer>[] {
  if (state.status === 'none')
    throw new Dead('a chunk of a reservation that was never begun', { code: 'UnknownReservation' })
  if (state.answered.includes(answered.chunk)) return []
  const { orderId, customerId, total, units } = state
  const noted: FactOf<Answer> =
    'lines' in answered
      ? { type: 'inventory.ChunkReserved', data: { orderId, ...answered } }
      : { type: 'inventory.ChunkShort', data: { orderId, ...answered } }
  if (state.answered.length + 1 < state.chunks) return [noted]
  const short = [...state.short, ...('short' in answered ? answered.short : [])]
  return short.length === 0
    ? [noted, { type: 'inventory.StockReserved', data: { orderId, customerId, total, units } }]
    : [noted, { type: 'inventory.StockRejected', data: { orderId, short } }]
}

export function giveBack(state: ReservationState, chunk: number): FactOf<typeof ChunkReleased>[] {
  if (state.status === 'none' || !state.held.has(chunk)) return []
  return [{ type: 'inventory.ChunkReleased', data: { orderId: state.orderId, chunk } }]
}

/** What a chunk holds; nothing after it was given back. */
export function heldLines(state: ReservationState, chunk: number): readonly StockLine[] {
  return state.status === 'none' ? [] : (state.held.get(chunk) ?? [])
}

/** Something is missing, so the order falls through. */
export function isShort(state: ReservationState): boolean {
  return state.status !== 'none' && state.short.length > 0
}

/** The chunks to give back when the order falls through. Empty while answers are still to come. */
export function chunksHeld(state: ReservationState): number[] {
  return state.status === 'none' || state.status === 'open' ? [] : [...state.held.keys()]
}

export function evolve(state: ReservationState, event: ReservationEvent): ReservationState {
  if (event.type === 'inventory.ReservationBegun')
    return { status: 'open', ...event.data, answered: [], held: new Map(), short: [] }
  if (state.status === 'none') return state
  switch (event.type) {
    case 'inventory.ChunkReserved': {
      const { chunk, lines } = event.data
      return { ...state, answered: [...state.answered, chunk], held: new Map([...state.held, [chunk, lines]]) }
    }
    case 'inventory.ChunkShort': {
      const { chunk, short } = event.data
      return { ...state, answered: [...state.answered, chunk], short: [...state.short, ...short] }
    }
    case 'inventory.ChunkReleased':
      return { ...state, held: new Map([...state.held].filter(([chunk]) => chunk !== event.data.chunk)) }
    case 'inventory.StockReserved':
      return { ...state, status: 'reserved' }
    case 'inventory.StockRejected':
      return { ...state, status: 'rejected' }
  }
}

export const initial = (): ReservationState => ({ status: 'none' })

export const reservations = aggregate('reservation', { initial, evolve, events: PUBLIC, internal: INTERNAL })
