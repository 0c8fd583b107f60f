import { describe, expect, it } from 'vitest'
import {
  answer,
  begin,
  chunksHeld,
  evolve,
  giveBack,
  heldLines,
  initial,
  isShort,
} from '../../../functions/inventory/reservation.ts'
import { specification } from '../decider.ts'

const { given } = specification({ initial, evolve })

const lines = [{ sku: 'A', quantity: 2 }]
const order = { orderId: 'o1', customerId: 'c1', total: 500, units: 4 }
const begun = { type: 'inventory.ReservationBegun', data: { ...order, chunks: 2 } } as const
const reserved = (chunk: number) =>
  ({ type: 'inventory.ChunkReserved', data: { orderId: 'o1', chunk, lines } }) as const
const short = (chunk: number) =>
  ({ type: 'inventory.ChunkShort', data: { orderId: 'o1', chunk, short: ['B'] as string[] } }) as const
const allReserved = { type: 'inventory.StockReserved', data: order } as const
const rejected = { type: 'inventory.StockRejected', data: { orderId: 'o1', short: ['B'] as string[] } } as const
const released = (chunk: number) => ({ type: 'inventory.ChunkReleased', data: { orderId: 'o1', chunk } }) as const

describe('a reservation', () => {
  it('begins with the number of chunks of at most 90 stock codes', () => {
    const many = Array.from({ length: 91 }, (_, index) => ({ sku: `S${index}`, quantity: 1, unitPrice: 1 }))
    given()
      .when((state) => begin(state, { ...order, country: 'EIRE', lines: many }))
      .thenEvents(begun)
    given(begun)
      .when((state) => begin(state, { ...order, country: 'EIRE', lines: many }))
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

  it('cannot be answered before it is begun', () => {
    given()
      .when((state) => answer(state, { chunk: 0, lines }))
      .thenThrows(/never begun/)
  })
})
