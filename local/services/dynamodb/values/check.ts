import { invalid, invalidParameter } from '../errors.ts'
import { plainBytes } from './codec.ts'
import { normalNumber, numberSize } from './number.ts'
import { checkedBinaries, checkedNumbers, checkedStrings } from './sets.ts'
import type { Tally } from './tally.ts'
import { type Item, type TypeName, utf8Length, type Value } from './value.ts'

/** An item may have this many levels; the attribute is the first, so maps and lists may lie 31 deep. */
const MAX_LEVELS = 32

/** Checks every attribute and gives the item in normal form (numbers as DynamoDB returns them). */
export function checkedItem(item: Item, tally: Tally): Item {
  if (Object.hasOwn(item, '')) throw invalid(EMPTY_NAME)
  const out: Item = {}
  for (const name in item) {
    const length = utf8Length(name)
    if (length > MAX_NAME_BYTES) throw invalid(LONG_NAME)
    tally.size += length
    out[name] = checkedValue(item[name] as Value, tally)
  }
  checkNestedNames(tally)
  return out
}

const MAX_NAME_BYTES = 65_535
const LONG_NAME = 'Attribute name is too large, must be less than 65536 bytes'
const EMPTY_NAME = 'Empty attribute name'

/** What is wrong with an attribute's name, if anything is. */
export function nameFault(name: string): string | undefined {
  if (name === '') return EMPTY_NAME
  return utf8Length(name) > MAX_NAME_BYTES ? LONG_NAME : undefined
}

/** DynamoDB looks at the keys of maps after everything else. */
export function checkNestedNames(tally: Tally): void {
  if (tally.emptyName) throw invalid(EMPTY_NAME)
}

export function checkedValue(value: Value, tally: Tally, level = 1): Value {
  const type = onlyType(value)
  switch (type) {
    case 'S':
      tally.size += utf8Length(value.S as string)
      return { S: value.S as string }
    case 'N': {
      const number = normalNumber(value.N as string, tally.wording)
      tally.size += numberSize(number)
      return { N: number }
    }
    case 'B':
      tally.binary = true
      tally.size += (value.B as Uint8Array).length
      return { B: plainBytes(value.B as Uint8Array) }
    case 'BOOL':
      tally.size += 1
      return { BOOL: value.BOOL as boolean }
    case 'NULL':
      tally.size += 1
      if (value.NULL !== true) throw invalidParameter('Null attribute value types must have the value of true')
      return { NULL: true }
    case 'M':
      return { M: checkedMap(value.M as Item, tally, level + 1) }
    case 'L':
      return { L: checkedList(value.L as Value[], tally, level + 1) }
    default:
      return checkedSet(type, value, tally)
  }
}

function onlyType(value: Value): TypeName {
  let found: string | undefined
  for (const type in value) {
    if (value[type as TypeName] === undefined) continue
    if (found !== undefined) throw severalTypes()
    found = type
  }
  if (found === undefined || found === '$unknown')
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes')
  return found as TypeName
}

const severalTypes = () =>
  invalid(
    'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
  )

function checkLevel(level: number): void {
  if (level > MAX_LEVELS)
    throw invalid(
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    )
}

function checkedMap(map: Item, tally: Tally, level: number): Item {
  checkLevel(level)
  const out: Item = {}
  tally.size += 3
  for (const name in map) {
    if (name === '') tally.emptyName = true
    tally.size += utf8Length(name) + 1
    out[name] = checkedValue(map[name] as Value, tally, level)
  }
  return out
}

function checkedList(list: readonly Value[], tally: Tally, level: number): Value[] {
  checkLevel(level)
  tally.size += 3 + list.length
  return list.map((element) => checkedValue(element, tally, level))
}

function checkedSet(type: TypeName, value: Value, tally: Tally): Value {
  if (type === 'SS') return { SS: checkedStrings(value.SS as string[], tally) }
  if (type === 'NS') return { NS: checkedNumbers(value.NS as string[], tally) }
  return { BS: checkedBinaries(value.BS as Uint8Array[], tally) }
}

/** Bytes of an item that was checked before. */
export function itemSize(item: Item): number {
  let size = 0
  for (const name in item) size += utf8Length(name) + valueSize(item[name] as Value)
  return size
}

export function valueSize(value: Value): number {
  if (value.S !== undefined) return utf8Length(value.S)
  if (value.N !== undefined) return numberSize(value.N)
  if (value.B !== undefined) return value.B.length
  if (value.M !== undefined) {
    let size = 3
    for (const name in value.M) size += utf8Length(name) + 1 + valueSize(value.M[name] as Value)
    return size
  }
  if (value.L !== undefined) return value.L.reduce((sum, element) => sum + 1 + valueSize(element), 3)
  if (value.SS !== undefined) return value.SS.reduce((sum, member) => sum + utf8Length(member), 0)
  if (value.NS !== undefined) return value.NS.reduce((sum, member) => sum + numberSize(member), 0)
  if (value.BS !== undefined) return value.BS.reduce((sum, member) => sum + member.length, 0)
  return 1
}
