import {
  ChunkReleased,
  ChunkReserved,
  ChunkShort,
  ReservationBegun,
  ReservationCancelled,
  type ReserveStock,
  StockRejected,
  StockReserved,
} from '../../contracts/inventory.ts'
import type { StockLine } from '../../contracts/lines.ts'
import type { Data, FactOf, MessageOf } from '../../messaging/index.ts'
import { aggregate } from '../../messaging/index.ts'

/**
 * Joins the chunks of one order: all of them set aside, or none kept. A chunk is `held` from its reservation until it is
 * given back.
 */
export type ReservationState =
  | { readonly status: 'none' }
  /** Cancelled before any chunk arrived. */
  | { readonly status: 'void' }
  | {
      readonly status: 'open' | 'reserved' | 'rejected' | 'cancelled'
      readonly orderId: string
      readonly units: number
      readonly chunks: number
      readonly answered: readonly number[]
      readonly held: ReadonlyMap<number, readonly StockLine[]>
      readonly short: readonly string[]
    }

const PUBLIC = [StockReserved, StockRejected] as const
const INTERNAL = [ReservationBegun, ReservationCancelled, ChunkReserved, ChunkShort, ChunkReleased] as const
type Contracts = (typeof PUBLIC)[number] | (typeof INTERNAL)[number]
type ReservationEvent = MessageOf<Contracts>
type Answer = typeof ChunkReserved | typeof ChunkShort | typeof StockReserved | typeof StockRejected

export type ChunkAnswer =
  | { readonly chunk: number; readonly lines: StockLine[] }
  | { readonly chunk: number; readonly short: string[] }

type Begun = Exclude<ReservationState, { readonly status: 'none' | 'void' }>

const isBegun = (state: ReservationState): state is Begun => state.status !== 'none' && state.status !== 'void'

/** Whichever chunk comes first begins the reservation. */
export function begin(
  state: ReservationState,
  { orderId, units, chunks }: Pick<Data<typeof ReserveStock>, 'orderId' | 'units' | 'chunks'>,
): FactOf<typeof ReservationBegun>[] {
  return state.status === 'none' ? [{ type: 'inventory.ReservationBegun', data: { orderId, units, chunks } }] : []
}

/** Whether the chunk still waits for an answer. */
export function isAwaited(state: ReservationState, chunk: number): boolean {
  return isBegun(state) && state.status !== 'cancelled' && !state.answered.includes(chunk)
}

/** What follows when a chunk was set aside or found short; the last answer settles the reservation. */
export function answer(state: ReservationState, answered: ChunkAnswer): FactOf<Answer>[] {
  if (!isBegun(state) || !isAwaited(state, answered.chunk)) return []
  const { orderId, units } = state
  const noted: FactOf<Answer> =
    'lines' in answered
      ? { type: 'inventory.ChunkReserved', data: { orderId, ...answered } }
      : { type: 'inventory.ChunkShort', data: { orderId, ...answered } }
  if (state.answered.length + 1 < state.chunks) return [noted]
  const short = [...state.short, ...('short' in answered ? answered.short : [])]
  return short.length === 0
    ? [noted, { type: 'inventory.StockReserved', data: { orderId, units } }]
    : [noted, { type: 'inventory.StockRejected', data: { orderId, short } }]
}

/** The order fell through. What inventory itself rejected, it has released itself. */
export function cancel(state: ReservationState, orderId: string): FactOf<typeof ReservationCancelled>[] {
  const over = state.status === 'void' || state.status === 'cancelled' || isShort(state)
  return over ? [] : [{ type: 'inventory.ReservationCancelled', data: { orderId } }]
}

export function giveBack(state: ReservationState, chunk: number): FactOf<typeof ChunkReleased>[] {
  if (!isBegun(state) || !state.held.has(chunk)) return []
  return [{ type: 'inventory.ChunkReleased', data: { orderId: state.orderId, chunk } }]
}

/** What a chunk holds; nothing after it was given back. */
export function heldLines(state: ReservationState, chunk: number): readonly StockLine[] {
  return isBegun(state) ? (state.held.get(chunk) ?? []) : []
}

/** Something is missing, so the order falls through. */
export function isShort(state: ReservationState): boolean {
  return isBegun(state) && state.short.length > 0
}

/** The chunks to give back when the order falls through. Empty while answers are still to come. */
export function chunksHeld(state: ReservationState): number[] {
  return isBegun(state) && state.status !== 'open' ? [...state.held.keys()] : []
}

export function evolve(state: ReservationState, event: ReservationEvent): ReservationState {
  if (event.type === 'inventory.ReservationBegun')
    return { status: 'open', ...event.data, answered: [], held: new Map(), short: [] }
  if (!isBegun(state)) return event.type === 'inventory.ReservationCancelled' ? { status: 'void' } : state
  switch (event.type) {
    case 'inventory.ReservationCancelled':
      return { ...state, status: 'cancelled' }
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
