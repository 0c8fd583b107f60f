import { readAnythingBut } from './anything-but.ts'
import type { JsonReader } from './json-reader.ts'
import { readNumeric } from './numeric-expression.ts'
import {
  equalsIgnoreCase,
  inCidr,
  prefix,
  prefixIgnoreCase,
  present,
  suffix,
  suffixIgnoreCase,
  type ValueTest,
  wildcard,
} from './value-patterns.ts'
import { parseWildcard } from './wildcard.ts'

/** SNS's filter policies know fewer operators: no wildcard, no prefix or suffix without case, one nested anything-but. */
export type Dialect = 'events' | 'sns'

/** What `{"exists": false}` asks: it is about a field, not about a value. */
export const absent = Symbol('absent')

/** What an object in a pattern's list asks for. The reader stands on its opening brace and is left on its closing one. */
export function readMatchExpression(reader: JsonReader, dialect: Dialect): ValueTest | typeof absent {
  if (reader.next() !== 'name') reader.fail('Match expression name not found')
  const operator = reader.currentName
  switch (operator) {
    case 'exactly':
      return ended(reader, exactText(stringOperand(reader, 'exact')))
    case 'prefix':
      return readAffix(reader, 'prefix', dialect)
    case 'suffix':
      return readAffix(reader, 'suffix', dialect)
    case 'numeric':
      return readNumericObject(reader)
    case 'anything-but':
      return readAnythingBut(reader, dialect)
    case 'exists':
      return readExists(reader)
    case 'cidr':
      // The text says prefix: so does AWS's.
      return ended(reader, inCidr(stringOperand(reader, 'prefix')))
    case 'equals-ignore-case':
      return ended(reader, equalsIgnoreCase(stringOperand(reader, 'equals-ignore-case')))
    case 'wildcard':
      return dialect === 'sns' ? unrecognized(reader, operator) : readWildcard(reader)
    default:
      return unrecognized(reader, operator)
  }
}

const unrecognized = (reader: JsonReader, operator: string): never => reader.fail(`Unrecognized match type ${operator}`)

const exactText =
  (text: string): ValueTest =>
  (value) =>
    value.kind === 'string' && value.text === text

function stringOperand(reader: JsonReader, operator: string): string {
  if (reader.next() !== 'string') reader.fail(`${operator} match pattern must be a string`)
  return reader.text
}

function ended(reader: JsonReader, test: ValueTest): ValueTest {
  if (reader.next() !== 'end-object') reader.fail('Only one key allowed in match expression')
  return test
}

function readAffix(reader: JsonReader, side: 'prefix' | 'suffix', dialect: Dialect): ValueTest {
  const token = reader.next()
  if (token === 'start-object' && dialect === 'events') return readAffixIgnoringCase(reader, side)
  if (token !== 'string') reader.fail(`${side} match pattern must be a string`)
  return ended(reader, side === 'prefix' ? prefix(reader.text) : suffix(reader.text))
}

function readAffixIgnoringCase(reader: JsonReader, side: 'prefix' | 'suffix'): ValueTest {
  if (reader.next() !== 'name') reader.fail(`${side === 'prefix' ? 'Prefix' : 'Suffix'} expression name not found`)
  if (reader.currentName !== 'equals-ignore-case') reader.fail(`Unsupported ${side} pattern: ${reader.currentName}`)
  const text = stringOperand(reader, 'equals-ignore-case')
  return ended(reader, ended(reader, side === 'prefix' ? prefixIgnoreCase(text) : suffixIgnoreCase(text)))
}

function readNumericObject(reader: JsonReader): ValueTest {
  if (reader.next() !== 'start-array') reader.fail('Value of numeric must be an array.')
  const test = readNumeric(reader)
  if (reader.next() !== 'end-object') reader.fail('Too many elements in numeric expression')
  return test
}

function readExists(reader: JsonReader): ValueTest | typeof absent {
  const token = reader.next()
  if (token !== 'true' && token !== 'false') reader.fail('exists match pattern must be either true or false.')
  ended(reader, present)
  return token === 'true' ? present : absent
}

function readWildcard(reader: JsonReader): ValueTest {
  const parts = parseWildcard(stringOperand(reader, 'wildcard'))
  return 'refused' in parts ? reader.fail(parts.refused) : ended(reader, wildcard(parts))
}
