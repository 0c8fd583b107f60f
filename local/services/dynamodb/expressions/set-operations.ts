import { invalid } from '../errors.ts'
import { setKeys } from '../values/compare.ts'
import { addNumbers } from '../values/number.ts'
import { typeOf, type Value } from '../values/value.ts'

const wrongOperand = () => invalid('An operand in the update expression has an incorrect data type')

/** ADD: the sum of numbers, the union of sets, or the operand itself where there is no attribute. */
export function addTo(old: Value | undefined, operand: Value): Value {
  if (!old) return operand
  if (typeOf(old) !== typeOf(operand)) throw wrongOperand()
  if (old.N !== undefined) return { N: addNumbers(old.N, operand.N as string, 1) }
  const present = new Set(setKeys(old))
  const isNew = setKeys(operand).map((key) => !present.has(key))
  const added = <T>(members: readonly T[]) => members.filter((_member, index) => isNew[index])
  if (old.SS) return { SS: [...old.SS, ...added(operand.SS as string[])] }
  if (old.NS) return { NS: [...old.NS, ...added(operand.NS as string[])] }
  return { BS: [...(old.BS as Uint8Array[]), ...added(operand.BS as Uint8Array[])] }
}

/** DELETE: the set without the operand's members; `undefined` where none is left. */
export function deleteFrom(old: Value | undefined, operand: Value): Value | undefined | 'unchanged' {
  if (!old) return 'unchanged'
  if (typeOf(old) !== typeOf(operand)) throw wrongOperand()
  const gone = new Set(setKeys(operand))
  const stays = setKeys(old).map((key) => !gone.has(key))
  if (!stays.includes(true)) return undefined
  const left = <T>(members: readonly T[]) => members.filter((_member, index) => stays[index])
  if (old.SS) return { SS: left(old.SS) }
  if (old.NS) return { NS: left(old.NS) }
  return { BS: left(old.BS as Uint8Array[]) }
}
