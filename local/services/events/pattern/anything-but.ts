import { type JsonReader, PatternError } from './json-reader.ts'
import type { Dialect } from './match-expression.ts'
import { comparable } from './number.ts'
import { equalsIgnoreCase, noneOf, numberEquals, prefix, suffix, type ValueTest, wildcard } from './value-patterns.ts'
import { parseWildcard } from './wildcard.ts'

type Nested = 'equals-ignore-case' | 'prefix' | 'suffix' | 'wildcard'
const NESTED: Record<Dialect, readonly string[]> = {
  events: ['equals-ignore-case', 'prefix', 'suffix', 'wildcard'],
  sns: ['prefix'],
}

const WRONG_TYPE: Record<Nested, string> = {
  'equals-ignore-case': 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  prefix: 'prefix/suffix match pattern must be a string',
  suffix: 'prefix/suffix match pattern must be a string',
  wildcard: 'wildcard match pattern must be a string',
}

/** The value of `{"anything-but": ...}` and the end of its object; the reader stands on the name. */
export function readAnythingBut(reader: JsonReader, dialect: Dialect): ValueTest {
  let token = reader.next()
  let nested: Nested | undefined
  if (token === 'start-object') {
    if (reader.next() !== 'name') reader.fail('Anything-But expression name not found')
    const name = reader.currentName
    if (!NESTED[dialect].includes(name)) reader.fail(`Unsupported anything-but pattern: ${name}`)
    nested = name as Nested
    token = reader.next()
    if (dialect === 'sns' && token !== 'string') reader.fail('prefix match pattern must be a string')
  }
  if (token !== 'start-array' && token !== 'string' && token !== 'number')
    reader.fail('Value of anything-but must be an array or single string/number value.')
  const tests = token === 'start-array' ? readList(reader, nested) : [readOne(reader, token, nested)]
  for (const _object of nested ? ['nested', 'outer'] : ['outer'])
    if (reader.next() !== 'end-object') reader.fail('Too many elements in numeric expression')
  return noneOf(tests)
}

function readOne(reader: JsonReader, token: 'string' | 'number', nested: Nested | undefined): ValueTest {
  if (nested) return token === 'string' ? nestedTest(reader, nested) : reader.fail(WRONG_TYPE[nested])
  if (token === 'string') return sameText(reader.text)
  const value = comparable(reader.text)
  if (typeof value === 'object') throw new PatternError(value.refused)
  return numberEquals(value)
}

/** A failure inside a list is caught and thrown again by AWS's compiler: its place appears twice. */
function readList(reader: JsonReader, nested: Nested | undefined): ValueTest[] {
  const tests: ValueTest[] = []
  const kinds = new Set<string>()
  const escapes: { readonly refused: string }[] = []
  try {
    for (let token = reader.next(); token !== 'end-array'; token = reader.next()) {
      if (nested) {
        if (token !== 'string') reader.fail(WRONG_TYPE[nested])
        const refused = nested === 'wildcard' && refusal(parseWildcard(reader.text))
        if (refused) escapes.push(refused)
        else tests.push(nestedTest(reader, nested))
      } else {
        if (token !== 'string' && token !== 'number')
          reader.fail('Inside anything but list, start|null|boolean is not supported.')
        kinds.add(token)
        tests.push(token === 'string' ? sameText(reader.text) : listedNumber(reader.text))
      }
    }
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    reader.fail(error.message)
  }
  if (escapes[0]) reader.fail(escapes[0].refused)
  if (!nested && kinds.size !== 1)
    reader.fail('Inside anything but list, either all values are number or string, mixed type is not supported')
  return tests
}

const refusal = (parsed: ReturnType<typeof parseWildcard>) => ('refused' in parsed ? parsed : undefined)

function listedNumber(text: string): ValueTest {
  const value = comparable(text)
  if (typeof value === 'object') throw new PatternError(value.refused)
  return numberEquals(value)
}

/** Unlike an exact match, a text that anything-but names is never taken for an IP address. */
const sameText =
  (text: string): ValueTest =>
  (value) =>
    value.kind === 'string' && value.text === text

function nestedTest(reader: JsonReader, nested: Nested): ValueTest {
  const { text } = reader
  if ((nested === 'prefix' || nested === 'suffix') && text === '') reader.fail('Null prefix/suffix not allowed')
  switch (nested) {
    case 'equals-ignore-case':
      return equalsIgnoreCase(text)
    case 'prefix':
      return prefix(text)
    case 'suffix':
      return suffix(text)
    case 'wildcard': {
      const parts = parseWildcard(text)
      return 'refused' in parts ? reader.fail(parts.refused) : wildcard(parts)
    }
  }
}
