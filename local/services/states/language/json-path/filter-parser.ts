import type { Cursor } from '../cursor.ts'
import type { Filter, FilterPath, Operand, Step } from './path.ts'

type ParseSteps = (cursor: Cursor) => Step[]

/** Reads `(<predicate>)` after the question mark. */
export function parseFilter(cursor: Cursor, parseSteps: ParseSteps): Filter {
  cursor.expect('(')
  const filter = parseOr(cursor, parseSteps)
  cursor.expect(')')
  return filter
}

function parseOr(cursor: Cursor, parseSteps: ParseSteps): Filter {
  let left = parseAnd(cursor, parseSteps)
  for (cursor.skipSpace(); cursor.take('||'); cursor.skipSpace())
    left = { kind: 'or', left, right: parseAnd(cursor, parseSteps) }
  return left
}

function parseAnd(cursor: Cursor, parseSteps: ParseSteps): Filter {
  let left = parseTerm(cursor, parseSteps)
  for (cursor.skipSpace(); cursor.take('&&'); cursor.skipSpace())
    left = { kind: 'and', left, right: parseTerm(cursor, parseSteps) }
  return left
}

function parseTerm(cursor: Cursor, parseSteps: ParseSteps): Filter {
  cursor.skipSpace()
  if (cursor.take('!')) return { kind: 'not', operand: parseTerm(cursor, parseSteps) }
  if (cursor.next === '(') return parseFilter(cursor, parseSteps)
  const left = parseOperand(cursor, parseSteps)
  cursor.skipSpace()
  const operator = cursor.match(/==|!=|<=|>=|<|>|=~|in\b|nin\b|contains\b|size\b|empty\b/)
  if (operator === undefined) {
    if (!('path' in left)) throw new SyntaxError(`A filter without a comparison in ${cursor.text}`)
    return { kind: 'exists', path: left.path }
  }
  cursor.skipSpace()
  return { kind: 'compare', operator, left, right: parseOperand(cursor, parseSteps) }
}

function parseOperand(cursor: Cursor, parseSteps: ParseSteps): Operand {
  if (cursor.next === '@' || cursor.next === '$') return { path: parseFilterPath(cursor, parseSteps) }
  if (cursor.next === "'") {
    const quoted = cursor.match(/'(?:\\.|[^'\\])*'/)
    if (quoted !== undefined) return { value: quoted.slice(1, -1).replace(/\\(.)/g, '$1') }
  }
  const pattern = cursor.match(/\/(?:\\.|[^/\\])+\/i?/)
  if (pattern !== undefined) {
    const end = pattern.lastIndexOf('/')
    return { pattern: new RegExp(pattern.slice(1, end), pattern.slice(end + 1)) }
  }
  const literal = cursor.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|"(?:\\.|[^"\\])*"|\[[^\]]*\]/)
  if (literal === undefined) throw new SyntaxError(`Expected a value at position ${cursor.at} of ${cursor.text}`)
  return { value: JSON.parse(literal.startsWith('[') ? literal.replaceAll("'", '"') : literal) }
}

function parseFilterPath(cursor: Cursor, parseSteps: ParseSteps): FilterPath {
  const from = cursor.take('@') ? '@' : '$'
  if (from === '$') cursor.take('$')
  return { from, steps: parseSteps(cursor) }
}
