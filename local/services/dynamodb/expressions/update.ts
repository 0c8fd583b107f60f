import { invalid } from '../errors.ts'
import { addNumbers } from '../values/number.ts'
import type { Item, Value } from '../values/value.ts'
import { ExpressionError } from './parser.ts'
import { attributeOf, type Path, pathConflict, valueAt } from './path.ts'
import type { Placeholders } from './placeholders.ts'
import { addTo, deleteFrom } from './set-operations.ts'
import type { Operand, SetValue, Update } from './syntax.ts'
import { chargeOf } from './update-charge.ts'
import { UpdateRules } from './update-rules.ts'

/** An update with its placeholders resolved. */
export interface BoundUpdate {
  /** Every path that the update writes. */
  readonly paths: readonly Path[]
  /** Whether it makes an item where there is none: one that only takes away does not, and its paths may lead nowhere. */
  readonly creates: boolean
  /** Bytes that UpdateItem counts for the request. */
  charge(): number
  /**
   * The item after the update; the argument stays as it was.
   * @throws AwsError where the update does not fit the item
   */
  apply(item: Item): Item
}

type Evaluate = (item: Item) => Value

/** @throws ExpressionError on an undefined placeholder, paths that meet, or an operand of the wrong type */
export function bindUpdate(update: Update, placeholders: Placeholders): BoundUpdate {
  const rules = new UpdateRules()
  const bindPair = (operator: 'ADD' | 'DELETE') => (pair: Update['add'][number]) => {
    const value = pair.value.kind === 'value' ? placeholders.value(pair.value.placeholder) : undefined
    rules.checkOperator(operator, value)
    return { path: placeholders.path(pair.path), value: value as Value }
  }
  const sets = update.set.map(({ path, value }) => ({
    path: placeholders.path(path),
    value: bindSetValue(value, placeholders, rules),
  }))
  const removes = update.remove.map((path) => placeholders.path(path))
  // DynamoDB tells of a wrong DELETE before a wrong ADD.
  const deletes = update.delete.map(bindPair('DELETE'))
  const adds = update.add.map(bindPair('ADD'))
  const paths = [...sets.map(({ path }) => path), ...removes, ...[...adds, ...deletes].map(({ path }) => path)]
  const { overlap, conflict } = pathConflict(paths)
  const broken =
    placeholders.undefinedName ?? placeholders.undefinedValue ?? overlap ?? conflict ?? rules.operator ?? rules.function
  if (broken !== undefined) throw new ExpressionError(broken)
  const order = (a: { path: Path }, b: { path: Path }) => lastIndex(a.path) - lastIndex(b.path)
  sets.sort(order)
  removes.sort((a, b) => lastIndex(b) - lastIndex(a))
  return {
    paths,
    creates: sets.length + adds.length > 0,
    charge: () => chargeOf(update, placeholders),
    apply(item) {
      for (const path of paths) checkTarget(item, path)
      let next = { ...item }
      for (const { path, value } of sets) next = put(next, path, value(item))
      for (const path of removes) next = remove(next, path)
      for (const { path, value } of adds) next = put(next, path, addTo(valueAt(item, path), value))
      for (const { path, value } of deletes) {
        const rest = deleteFrom(valueAt(item, path), value)
        if (rest !== 'unchanged') next = rest ? put(next, path, rest) : remove(next, path)
      }
      return next
    },
  }
}

/** List elements are set from the first on, so that what lies beyond the end is appended in order. */
const lastIndex = (path: Path): number => {
  const step = path[path.length - 1]
  return typeof step === 'number' ? step : -1
}

function bindSetValue(value: SetValue, placeholders: Placeholders, rules: UpdateRules): Evaluate {
  if (value.kind !== 'sum') return bindOperand(value, placeholders, rules)
  const left = bindOperand(value.left, placeholders, rules)
  const right = bindOperand(value.right, placeholders, rules)
  rules.checkArguments(value.operator, [value.left, value.right], placeholders)
  return (item) => sum(left(item), right(item), value.operator === '+' ? 1 : -1)
}

function bindOperand(operand: Operand, placeholders: Placeholders, rules: UpdateRules): Evaluate {
  if (operand.kind === 'value') {
    const value = placeholders.value(operand.placeholder)
    return () => value
  }
  if (operand.kind === 'path') {
    const path = placeholders.path(operand.steps)
    return (item) => valueAt(item, path) ?? missing()
  }
  const args = operand.args.map((argument) => bindOperand(argument, placeholders, rules))
  rules.checkArguments(operand.name, operand.args, placeholders)
  const [first, second] = args as [Evaluate, Evaluate]
  if (operand.name === 'list_append') return (item) => append(first(item), second(item))
  const [subject] = operand.args
  const path = subject?.kind === 'path' ? placeholders.path(subject.steps) : []
  return (item) => valueAt(item, path) ?? second(item)
}

function missing(): never {
  throw invalid('The provided expression refers to an attribute that does not exist in the item')
}

const wrongOperand = () => invalid('An operand in the update expression has an incorrect data type')

function sum(left: Value, right: Value, sign: 1 | -1): Value {
  if (left.N === undefined || right.N === undefined) throw wrongOperand()
  return { N: addNumbers(left.N, right.N, sign) }
}

function append(left: Value, right: Value): Value {
  if (!left.L || !right.L) throw wrongOperand()
  return { L: [...left.L, ...right.L] }
}

const badPath = () => invalid('The document path provided in the update expression is invalid for update')

/** What a path leads through must be there, as a map or a list, before any value is looked at. */
function checkTarget(item: Item, path: Path): void {
  if (path.length === 1) return
  const container = valueAt(item, path.slice(0, -1))
  if (typeof path.at(-1) === 'number' ? !container?.L : !container?.M) throw badPath()
}

/** The item with `value` at the path; containers on the way are copied, never made. */
function put(item: Item, path: Path, value: Value): Item {
  const [name, ...rest] = path as [string, ...Path]
  if (rest.length === 0) return { ...item, [name]: value }
  const below = attributeOf(item, name)
  if (!below) throw badPath()
  return { ...item, [name]: putBelow(below, rest, value) }
}

function putBelow(container: Value, path: Path, value: Value): Value {
  const [step, ...rest] = path
  if (typeof step === 'string' && container.M) return { M: put(container.M, [step, ...rest], value) }
  if (typeof step !== 'number' || !container.L) throw badPath()
  const list = [...container.L]
  const below = list[step]
  if (rest.length > 0) {
    if (!below) throw badPath()
    list[step] = putBelow(below, rest, value)
  } else list[Math.min(step, list.length)] = value
  return { L: list }
}

/** The item without what lies at the path; nothing there is no error, but no container for it is. */
function remove(item: Item, path: Path): Item {
  const [name, ...rest] = path as [string, ...Path]
  const below = attributeOf(item, name)
  if (rest.length === 0) {
    const { [name]: _gone, ...others } = item
    return others
  }
  if (!below) throw badPath()
  return { ...item, [name]: removeBelow(below, rest) }
}

function removeBelow(container: Value, path: Path): Value {
  const [step, ...rest] = path
  if (typeof step === 'string' && container.M) return { M: remove(container.M, [step, ...rest]) }
  if (typeof step !== 'number' || !container.L) throw badPath()
  const below = container.L[step]
  if (rest.length === 0) return { L: container.L.filter((_element, index) => index !== step) }
  if (!below) throw badPath()
  return { L: container.L.with(step, removeBelow(below, rest)) }
}
