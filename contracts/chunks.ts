import { CHUNK_SKUS } from './inventory.ts'
import type { StockLine } from './lines.ts'

/** The units wanted of each stock code, once each, in pieces that one atomic write can hold. */
export function chunksOf(lines: readonly StockLine[]): StockLine[][] {
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  const merged = [...quantities].map(([sku, quantity]) => ({ sku, quantity }))
  const count = Math.ceil(merged.length / CHUNK_SKUS)
  return Array.from({ length: count }, (_, chunk) => merged.slice(chunk * CHUNK_SKUS, (chunk + 1) * CHUNK_SKUS))
}
