import * as z from 'zod/mini'
import { command, event } from '../messaging/index.ts'
import { Count, Positive, text } from './fields.ts'
import { Sku, StockLine } from './lines.ts'
import { OrderId } from './orders.ts'

/**
 * Stock codes that one message may touch. One atomic write takes 100 actions; beside the stock items it holds the mark, the
 * reservation's head and its events.
 */
export const CHUNK_SKUS = 90

const Chunk = z.array(StockLine).check(z.minLength(1), z.maxLength(CHUNK_SKUS))
const Part = Count

/** What a client sends to POST /stock. */
export const GoodsInRequest = z.strictObject({
  reference: z.optional(text(80)),
  lines: z.array(StockLine).check(z.minLength(1), z.maxLength(5000)),
})

export const ReceiptSource = z.enum(['delivery', 'return'])

/** Goods come in: one part of a delivery or of a customer's return. */
export const ReceiveGoods = command('inventory.ReceiveGoods', {
  schema: z.object({
    receiptId: text(80),
    source: z._default(ReceiptSource, 'delivery'),
    /** From 0. */
    part: z._default(Part, 0),
    /** How many parts the receipt comes in. */
    parts: z._default(Positive, 1),
    lines: Chunk,
  }),
  key: (goods) => goods.receiptId,
})

export const GoodsReceived = event('inventory.GoodsReceived', {
  schema: z.object({
    receiptId: text(80),
    source: ReceiptSource,
    part: Part,
    parts: Positive,
    units: Positive,
  }),
  key: (goods) => goods.receiptId,
})

/** Set aside one chunk of an order's goods. The first to arrive begins the reservation. */
export const ReserveStock = command('inventory.ReserveStock', {
  schema: z.object({
    orderId: OrderId,
    /** From 0. */
    chunk: Part,
    /** How many chunks the order's goods come in. */
    chunks: Positive,
    /** Of the whole order. */
    units: Positive,
    lines: Chunk,
  }),
  key: (chunk) => chunk.orderId,
})

/** Give one chunk of an order's goods back to the shelf. */
export const ReleaseStock = command('inventory.ReleaseStock', {
  schema: z.object({ orderId: OrderId, chunk: Part }),
  key: (chunk) => chunk.orderId,
})

/** All goods of an order are set aside. */
export const StockReserved = event('inventory.StockReserved', {
  schema: z.object({ orderId: OrderId, units: Positive }),
  key: (reservation) => reservation.orderId,
})

/** The order cannot be served; whatever was set aside for it goes back. */
export const StockRejected = event('inventory.StockRejected', {
  schema: z.object({ orderId: OrderId, short: z.array(Sku).check(z.minLength(1)) }),
  key: (reservation) => reservation.orderId,
})

/** The reservation's own bookkeeping: kept, not published. */
export const ReservationBegun = event('inventory.ReservationBegun', {
  schema: z.object({ orderId: OrderId, units: Positive, chunks: Positive }),
  key: (reservation) => reservation.orderId,
})

/** The order fell through: what is held goes back, and what was not set aside yet never will be. */
export const ReservationCancelled = event('inventory.ReservationCancelled', {
  schema: z.object({ orderId: OrderId }),
  key: (reservation) => reservation.orderId,
})

export const ChunkReserved = event('inventory.ChunkReserved', {
  schema: z.object({ orderId: OrderId, chunk: Part, lines: Chunk }),
  key: (chunk) => chunk.orderId,
})

export const ChunkShort = event('inventory.ChunkShort', {
  schema: z.object({ orderId: OrderId, chunk: Part, short: z.array(Sku) }),
  key: (chunk) => chunk.orderId,
})

export const ChunkReleased = event('inventory.ChunkReleased', {
  schema: z.object({ orderId: OrderId, chunk: Part }),
  key: (chunk) => chunk.orderId,
})
