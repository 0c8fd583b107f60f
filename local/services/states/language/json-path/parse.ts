import { Cursor } from '../cursor.ts'
import { parseFilter } from './filter-parser.ts'
import { isDefinite, type JsonPath, type Step } from './path.ts'

const cache = new Map<string, JsonPath>()

/** Reads a path. @throws SyntaxError */
export function parsePath(text: string): JsonPath {
  const known = cache.get(text)
  if (known) return known
  const cursor = new Cursor(text)
  const root = parseRoot(cursor)
  const steps = parseSteps(cursor)
  if (!cursor.done) throw new SyntaxError(`Unexpected '${cursor.next}' at position ${cursor.at} of ${text}`)
  const path = { text, root, steps, definite: isDefinite(steps) }
  cache.set(text, path)
  return path
}

export function isPath(text: string): boolean {
  try {
    parsePath(text)
    return true
  } catch {
    return false
  }
}

function parseRoot(cursor: Cursor): JsonPath['root'] {
  if (!cursor.take('$')) throw new SyntaxError('A path starts with $')
  if (cursor.take('$')) return { kind: 'context' }
  const name = cursor.match(/[\p{ID_Start}_][\p{ID_Continue}]*/u)
  return name === undefined ? { kind: 'input' } : { kind: 'variable', name }
}

/** Reads steps until something else stands next. */
export function parseSteps(cursor: Cursor): Step[] {
  const steps: Step[] = []
  for (;;) {
    const from = cursor.at
    if (cursor.take('..')) {
      steps.push({ kind: 'descendants' })
      if (cursor.next !== '[') steps.push(parseName(cursor))
    } else if (cursor.take('.[') || cursor.take('[')) steps.push(parseBracket(cursor))
    else if (cursor.take('.')) steps.push(parseName(cursor))
    if (cursor.at === from) return steps
  }
}

function parseName(cursor: Cursor): Step {
  if (cursor.take('*')) return { kind: 'wildcard' }
  const name = cursor.match(/[^\s.[\](),=<>!&|'"~?@*]+/)
  if (name === undefined) throw new SyntaxError(`Expected a name at position ${cursor.at} of ${cursor.text}`)
  return cursor.take('()') ? { kind: 'function', name } : { kind: 'name', name }
}

function parseBracket(cursor: Cursor): Step {
  cursor.skipSpace()
  const step = parseSelector(cursor)
  cursor.skipSpace()
  if (!cursor.take(']')) throw new SyntaxError(`Expected ] at position ${cursor.at} of ${cursor.text}`)
  return step
}

function parseSelector(cursor: Cursor): Step {
  if (cursor.take('*')) return { kind: 'wildcard' }
  if (cursor.take('?')) return { kind: 'filter', test: parseFilter(cursor, parseSteps) }
  if (cursor.next === "'" || cursor.next === '"') return parseNames(cursor)
  return parseIndexes(cursor)
}

function parseNames(cursor: Cursor): Step {
  const names: string[] = []
  do {
    cursor.skipSpace()
    names.push(parseQuoted(cursor))
    cursor.skipSpace()
  } while (cursor.take(','))
  const [first] = names
  return names.length === 1 && first !== undefined ? { kind: 'name', name: first } : { kind: 'names', names }
}

/** A quoted name: a backslash keeps the character after it, but for one before neither a quote nor a backslash. */
export function parseQuoted(cursor: Cursor): string {
  const quote = cursor.next
  cursor.at += 1
  let value = ''
  while (cursor.next !== quote) {
    if (cursor.done) throw new SyntaxError(`A quoted text does not end in ${cursor.text}`)
    if (cursor.next === '\\' && cursor.text[cursor.at + 1] === quote) cursor.at += 1
    value += cursor.next
    cursor.at += 1
  }
  cursor.at += 1
  return value
}

function parseIndexes(cursor: Cursor): Step {
  const first = parseInteger(cursor)
  cursor.skipSpace()
  if (cursor.take(':')) return { kind: 'slice', from: first, to: parseInteger(cursor) }
  if (first === undefined) throw new SyntaxError(`Expected an index at position ${cursor.at} of ${cursor.text}`)
  const indexes = [first]
  while (cursor.take(',')) {
    cursor.skipSpace()
    indexes.push(parseInteger(cursor) ?? Number.NaN)
    cursor.skipSpace()
  }
  return indexes.length === 1 ? { kind: 'index', index: first } : { kind: 'indexes', indexes }
}

function parseInteger(cursor: Cursor): number | undefined {
  cursor.skipSpace()
  const digits = cursor.match(/-?\d+/)
  return digits === undefined ? undefined : Number(digits)
}
