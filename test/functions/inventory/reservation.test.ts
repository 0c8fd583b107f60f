import { describe, expect, it } from 'vitest'
import {
  answer,
  begin,
  cancel,
  chunksHeld,
  evolve,
  giveBack,
  heldLines,
  initial,
  isAwaited,
  isShort,
} from '../../../functions/inventory/reservation.ts'
import { specification } from '../decider.ts'

const { given } = specification({ initial, evolve })

const lines = [{ sku: 'A', quantity: 2 }]
const order = { orderId: 'o1', units: 4 }
const begun = { type: 'inventory.ReservationBegun', data: { ...order, chunks: 2 } } as const
const reserved = (chunk: number) =>
  ({ type: 'inventory.ChunkReserved', data: { orderId: 'o1', chunk, lines } }) as const
const short = (chunk: number) =>
  ({ type: 'inventory.ChunkShort', data: { orderId: 'o1', chunk, short: ['B'] as string[] } }) as const
const allReserved = { type: 'inventory.StockReserved', data: order } as const
const rejected = { type: 'inventory.StockRejected', data: { orderId: 'o1', short: ['B'] as string[] } } as const
const released = (chunk: number) => ({ type: 'inventory.ChunkReleased', data: { orderId: 'o1', chunk } }) as const

describe('a reservation', () => {
  it('begins with the chunk that arrives first', () => {
    given()
      .when((state) => begin(state, { ...order, chunks: 2 }))
      .thenEvents(begun)
    given(begun)
      .when((state) => begin(state, { ...order, chunks: 2 }))
      .thenNothing()
  })

  it('waits for every chunk', () => {
    given(begun)
      .when((state) => answer(state, { chunk: 1, lines }))
      .thenEvents(reserved(1))
  })

  it('holds the stock when all chunks are in, in whichever order', () => {
    given(begun, reserved(1))
      .when((state) => answer(state, { chunk: 0, lines }))
      .thenEvents(reserved(0), allReserved)
  })

  it('rejects the order when any chunk is short, and then holds the others only to give them back', () => {
    given(begun, short(0))
      .when((state) => answer(state, { chunk: 1, lines }))
      .thenEvents(reserved(1), rejected)
    const { state } = given(begun, short(0), reserved(1), rejected)
    expect(isShort(state)).toBe(true)
    expect(chunksHeld(state)).toEqual([1])
    expect(heldLines(state, 1)).toEqual(lines)
  })

  it('gives nothing back before all answers are in', () => {
    expect(chunksHeld(given(begun, reserved(0)).state)).toEqual([])
  })

  it('takes one answer for a chunk', () => {
    given(begun, reserved(0))
      .when((state) => answer(state, { chunk: 0, short: ['B'] }))
      .thenNothing()
  })

  it('gives a chunk back once', () => {
    given(begun, reserved(0), reserved(1), allReserved)
      .when((state) => giveBack(state, 1))
      .thenEvents(released(1))
    given(begun, reserved(0), reserved(1), allReserved, released(1))
      .when((state) => giveBack(state, 1))
      .thenNothing()
  })

  it('sets nothing aside any more once it is cancelled, and gives all back that it holds', () => {
    const cancelled = { type: 'inventory.ReservationCancelled', data: { orderId: 'o1' } } as const
    given(begun, reserved(0))
      .when((state) => cancel(state, 'o1'))
      .thenEvents(cancelled)
    const { state } = given(begun, reserved(0), cancelled)
    expect(chunksHeld(state)).toEqual([0])
    expect(isAwaited(state, 1)).toBe(false)
    given(begun, reserved(0), cancelled)
      .when((state) => answer(state, { chunk: 1, lines }))
      .thenNothing()
  })

  it('never begins after it was cancelled', () => {
    given({ type: 'inventory.ReservationCancelled', data: { orderId: 'o1' } })
      .when((state) => [...begin(state, { ...order, chunks: 2 }), ...cancel(state, 'o1')])
      .thenNothing()
  })

  it('that was rejected is not cancelled: it has given all back by itself', () => {
    given(begun, short(0), reserved(1), rejected)
      .when((state) => cancel(state, 'o1'))
      .thenNothing()
  })
})
