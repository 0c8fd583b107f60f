import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from './table.ts'

/** Bytes of an item as DynamoDB counts them: names and values in UTF-8, numbers by pairs of digits, 3 + 1 each for containers. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0)
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S)
  if (value.N !== undefined)
    return Math.ceil(value.N.replace(/[-.]/g, '').length / 2) + 1 + (value.N.startsWith('-') ? 1 : 0)
  if (value.M) return 3 + itemSize(value.M) + Object.keys(value.M).length
  if (value.L) return 3 + value.L.reduce((sum, element) => sum + valueSize(element) + 1, 0)
  if (value.B) return value.B.byteLength
  return 1
}
