import { compact, equalJson, isObject, type Json } from '../json.ts'
import { canonical, type Filter, type FilterPath, isDefinite, type JsonPath, type Operand, type Step } from './path.ts'

/** A definite path that names nothing; the message is Jayway's. */
export class NoResult extends Error {
  override readonly name = 'NoResult'
}

/**
 * The value that the path names in the document: an array of all matches where the path is indefinite.
 * @throws NoResult where a definite path names nothing
 */
export function evaluatePath(path: JsonPath, document: Json): Json {
  return evaluateSteps(path.steps, document, document)
}

function evaluateSteps(steps: readonly Step[], start: Json, document: Json): Json {
  if (isDefinite(steps)) return follow(steps, start)
  const last = steps.at(-1)
  if (last?.kind === 'function')
    return applyFunction(last.name, evaluateSteps(steps.slice(0, -1), start, document), steps)
  return collect(steps, start, document)
}

function follow(steps: readonly Step[], start: Json): Json {
  let value = start
  for (const [at, step] of steps.entries()) {
    const found = definiteStep(step, value, steps)
    if (found === undefined) throw missing(steps, at)
    value = found
  }
  return value
}

/** Jayway's two texts: for the last step, and for one before it. */
function missing(steps: readonly Step[], at: number): NoResult {
  const upTo = canonical(steps.slice(0, at + 1))
  return new NoResult(at === steps.length - 1 ? `No results for path: ${upTo}` : `Missing property in path ${upTo}`)
}

function definiteStep(step: Step, value: Json, steps: readonly Step[]): Json | undefined {
  if (step.kind === 'function') return applyFunction(step.name, value, steps)
  if (step.kind === 'name') return isObject(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined
  if (step.kind !== 'index' || !Array.isArray(value)) return undefined
  // AWS was seen to give null for an index past the end, not an error.
  return value.at(step.index) ?? null
}

function collect(steps: readonly Step[], start: Json, document: Json): Json[] {
  let values: Json[] = [start]
  for (const step of steps) values = values.flatMap((value) => matches(step, value, document))
  return values
}

function matches(step: Step, value: Json, document: Json): Json[] {
  switch (step.kind) {
    case 'name':
      return isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name] as Json] : []
    case 'names':
      return isObject(value)
        ? step.names.filter((name) => Object.hasOwn(value, name)).map((name) => value[name] as Json)
        : []
    case 'index':
      return elements(value, [step.index])
    case 'indexes':
      return elements(value, step.indexes)
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to) : []
    case 'wildcard':
      return children(value)
    case 'descendants':
      return descendants(value)
    case 'filter':
      return (Array.isArray(value) ? value : isObject(value) ? [value] : []).filter((item) =>
        passes(step.test, item, document),
      )
    case 'function':
      return [applyFunction(step.name, value, [step])]
  }
}

const elements = (value: Json, indexes: readonly number[]): Json[] =>
  Array.isArray(value) ? indexes.map((index) => value.at(index)).filter((item) => item !== undefined) : []

const children = (value: Json): Json[] => (Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [])

const descendants = (value: Json): Json[] => [value, ...children(value).flatMap(descendants)]

function passes(filter: Filter, item: Json, document: Json): boolean {
  switch (filter.kind) {
    case 'and':
      return passes(filter.left, item, document) && passes(filter.right, item, document)
    case 'or':
      return passes(filter.left, item, document) || passes(filter.right, item, document)
    case 'not':
      return !passes(filter.operand, item, document)
    case 'exists':
      return resolve(filter.path, item, document) !== undefined
    case 'compare':
      return compare(filter.operator, operand(filter.left, item, document), operand(filter.right, item, document))
  }
}

function resolve(path: FilterPath, item: Json, document: Json): Json | undefined {
  try {
    return evaluateSteps(path.steps, path.from === '@' ? item : document, document)
  } catch (error) {
    if (error instanceof NoResult) return undefined
    throw error
  }
}

const operand = (of: Operand, item: Json, document: Json): Json | RegExp | undefined =>
  'path' in of ? resolve(of.path, item, document) : 'pattern' in of ? of.pattern : of.value

function compare(operator: string, left: Json | RegExp | undefined, right: Json | RegExp | undefined): boolean {
  if (right instanceof RegExp) return operator === '=~' && typeof left === 'string' && right.test(left)
  if (left instanceof RegExp || left === undefined || right === undefined) return operator === '!=' && left !== right
  switch (operator) {
    case '==':
      return equalJson(left, right)
    case '!=':
      return !equalJson(left, right)
    case 'in':
    case 'nin':
      return Array.isArray(right) && right.some((item) => equalJson(item, left)) === (operator === 'in')
    case 'contains':
      return Array.isArray(left)
        ? left.some((item) => equalJson(item, right))
        : typeof left === 'string' && left.includes(String(right))
    case 'size':
      return (Array.isArray(left) || typeof left === 'string') && left.length === right
    case 'empty':
      return (Array.isArray(left) || typeof left === 'string') && (left.length === 0) === right
    default:
      return ordered(operator, left, right)
  }
}

function ordered(operator: string, left: Json, right: Json): boolean {
  const comparable =
    (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string')
  if (!comparable) return false
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  return operator === '>' ? left > right : left >= right
}

function applyFunction(name: string, value: Json, steps: readonly Step[]): Json {
  if (name === 'length' && (Array.isArray(value) || typeof value === 'string')) return value.length
  if (name === 'keys' && isObject(value)) return Object.keys(value)
  const numbers = Array.isArray(value) ? value.filter((item) => typeof item === 'number') : []
  if (numbers.length > 0) {
    if (name === 'min') return Math.min(...numbers)
    if (name === 'max') return Math.max(...numbers)
    const sum = numbers.reduce((total, number) => total + number, 0)
    if (name === 'sum') return sum
    if (name === 'avg') return sum / numbers.length
  }
  throw new NoResult(`The function ${name}() of the path ${canonical(steps)} cannot be applied to ${compact(value)}`)
}
