import { compareNumbers } from './number.ts'
import { type Item, typeOf, type Value } from './value.ts'

/** Whether two checked values are the same to DynamoDB: sets without order, numbers by value. */
export function sameValue(a: Value, b: Value): boolean {
  if (a.S !== undefined) return a.S === b.S
  if (a.N !== undefined) return b.N !== undefined && compareNumbers(a.N, b.N) === 0
  if (a.B !== undefined) return b.B !== undefined && Buffer.compare(a.B, b.B) === 0
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL
  if (a.NULL !== undefined) return b.NULL !== undefined
  if (a.M !== undefined) return b.M !== undefined && sameItem(a.M, b.M)
  if (a.L !== undefined) return b.L !== undefined && sameList(a.L, b.L)
  return typeOf(a) === typeOf(b) && sameMembers(setKeys(a), setKeys(b))
}

export function sameItem(a: Item, b: Item): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => {
    const other = Object.hasOwn(b, name) ? b[name] : undefined
    return other !== undefined && sameValue(a[name] as Value, other)
  })
}

const sameList = (a: readonly Value[], b: readonly Value[]): boolean =>
  a.length === b.length && a.every((element, index) => sameValue(element, b[index] as Value))

const sameMembers = (a: readonly string[], b: readonly string[]): boolean => {
  const members = new Set(a)
  return a.length === b.length && b.every((member) => members.has(member))
}

/** A set's members as text that is equal exactly where the members are. */
export const setKeys = (value: Value): string[] =>
  value.SS ?? value.NS ?? (value.BS ?? []).map((member) => Buffer.from(member).toString('base64'))

/** Order of two values of one ordered type; `undefined` where they have none. */
export function compareValues(a: Value, b: Value): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return compareText(a.S, b.S)
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N)
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B)
  return undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what is tested
const ascii = /^[\u0000-\u007f]*$/

/** By UTF-8 bytes, which is not JavaScript's order beyond the basic plane. */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  if (ascii.test(a) || ascii.test(b)) return a < b ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Whether a string holds a substring, a set a member, or a list an element. */
export function contains(container: Value, sought: Value): boolean {
  if (container.S !== undefined) return sought.S !== undefined && container.S.includes(sought.S)
  if (container.B !== undefined)
    return sought.B !== undefined && Buffer.from(container.B).includes(Buffer.from(sought.B))
  if (container.L !== undefined) return container.L.some((element) => sameValue(element, sought))
  if (container.SS !== undefined) return sought.S !== undefined && container.SS.includes(sought.S)
  if (container.NS !== undefined)
    return sought.N !== undefined && container.NS.some((member) => compareNumbers(member, sought.N as string) === 0)
  if (container.BS !== undefined)
    return sought.B !== undefined && container.BS.some((member) => Buffer.compare(member, sought.B as Uint8Array) === 0)
  return false
}

export function beginsWith(value: Value, prefix: Value): boolean {
  if (value.S !== undefined) return prefix.S !== undefined && value.S.startsWith(prefix.S)
  if (value.B === undefined || prefix.B === undefined) return false
  return Buffer.compare(value.B.subarray(0, prefix.B.length), prefix.B) === 0
}
