import { createHash } from 'node:crypto'

const LINE_BYTES = 105

/** A price list of about so many bytes of JSON, whose names compress badly. */
export function priceList(listId: string, supplier: string, bytes: number) {
  const lines = Array.from({ length: Math.ceil(bytes / LINE_BYTES) }, (_, index) => ({
    sku: `sku-${index}`,
    name: createHash('sha256').update(`${listId} ${index}`).digest('hex'),
    price: index % 1000,
  }))
  return { listId, supplier, lines }
}
