import type { Path } from './path.ts'
import type { Placeholders } from './placeholders.ts'
import type { Operand, SetValue, Update } from './syntax.ts'

/**
 * Bytes that UpdateItem counts for a request, whatever the item is: what it writes, and its clauses. Not documented;
 * recorded from AWS to the byte in October 2026.
 */
export function chargeOf(update: Update, placeholders: Placeholders): number {
  const target = (steps: Update['remove'][number]) => targetBytes(placeholders.path(steps))
  let bytes = 3
  for (const { path, value } of update.set) bytes += 19 + target(path) + valueBytes(value, placeholders)
  for (const { path, value } of update.add) bytes += 19 + target(path) + operandBytes(value, placeholders)
  for (const path of update.remove) bytes += 1 + target(path)
  for (const { path } of update.delete) bytes += 1 + target(path)
  return bytes
}

const stepBytes = (step: string | number): number => Buffer.byteLength(String(step))

const targetBytes = ([first, ...further]: Path): number =>
  further.reduce<number>((sum, step) => sum + 4 + stepBytes(step), stepBytes(first as string))

function valueBytes(value: SetValue, placeholders: Placeholders): number {
  if (value.kind !== 'sum') return operandBytes(value, placeholders)
  const operands = operandBytes(value.left, placeholders) + operandBytes(value.right, placeholders)
  return operands + (value.operator === '+' ? 34 : 37)
}

function operandBytes(operand: Operand, placeholders: Placeholders): number {
  if (operand.kind === 'value') return placeholders.size(operand.placeholder)
  if (operand.kind === 'path')
    return placeholders.path(operand.steps).reduce<number>((sum, step) => sum + 14 + stepBytes(step), 1)
  const own = operand.name === 'list_append' ? 37 : 39
  return operand.args.reduce((sum, argument) => sum + operandBytes(argument, placeholders), own)
}
