import * as z from 'zod/mini'
import { Count } from '../../contracts/fields.ts'
import { Sku, type StockLine } from '../../contracts/lines.ts'
import { store } from '../../messaging/index.ts'

/** Units of one stock code since the beginning of the books. What is on the shelf is the difference. */
export const StockItem = z.object({
  sku: Sku,
  /** Delivered by suppliers. */
  received: Count,
  /** Sent back by customers. */
  restocked: Count,
  /** Set aside for orders, and not given back. */
  reserved: Count,
})
export type StockItem = z.infer<typeof StockItem>

/**
 * Units that take the same goods at once run again, all but one: few at a time, and many attempts, because losing such a race is
 * no fault of the message.
 */
export const POPULAR_GOODS = { concurrency: 2, batchSize: 5, attempts: 20 } as const

export const stock = store('stock', { schema: StockItem, key: (item) => item.sku })

export type Reservation = { readonly stock: readonly StockItem[] } | { readonly short: string[] }

/** All lines or none. `items` stand in the order of `lines`; a missing item has no stock. */
export function reserve(items: readonly (StockItem | undefined)[], lines: readonly StockLine[]): Reservation {
  const pairs = pair(items, lines)
  const short = pairs.filter(({ item, line }) => available(item) < line.quantity).map(({ line }) => line.sku)
  if (short.length > 0) return { short }
  return { stock: pairs.map(({ item, line }) => ({ ...item, reserved: item.reserved + line.quantity })) }
}

/** Gives back what `reserve` took. */
export function release(items: readonly (StockItem | undefined)[], lines: readonly StockLine[]): StockItem[] {
  return pair(items, lines).map(({ item, line }) => ({ ...item, reserved: item.reserved - line.quantity }))
}

export function receive(
  items: readonly (StockItem | undefined)[],
  lines: readonly StockLine[],
  source: 'delivery' | 'return',
): StockItem[] {
  const column = source === 'delivery' ? 'received' : 'restocked'
  return pair(items, lines).map(({ item, line }) => ({ ...item, [column]: item[column] + line.quantity }))
}

export function available(item: StockItem): number {
  return item.received + item.restocked - item.reserved
}

function pair(items: readonly (StockItem | undefined)[], lines: readonly StockLine[]) {
  return lines.map((line, index) => ({
    line,
    item: items[index] ?? { sku: line.sku, received: 0, restocked: 0, reserved: 0 },
  }))
}
