import type { JsonReader } from './json-reader.ts'
import { comparable } from './number.ts'
import { numberBetween, numberEquals, type ValueTest } from './value-patterns.ts'

/** The list of `{"numeric": [...]}`; the reader stands on its opening bracket. */
export function readNumeric(reader: JsonReader): ValueTest {
  if (reader.next() !== 'string') reader.fail(`Invalid member in numeric match: ${reader.text}`)
  const operator = reader.text
  const token = reader.next()
  switch (operator) {
    case '=': {
      const value = operand(reader, token, 'equals')
      ended(reader)
      return numberEquals(parsed(reader, value))
    }
    case '>':
    case '>=':
      return readRange(reader, operator, operand(reader, token, operator))
    case '<':
    case '<=': {
      const value = operand(reader, token, operator)
      ended(reader)
      return numberBetween(undefined, { value: parsed(reader, value), open: operator === '<' })
    }
    default:
      return reader.fail(`Unrecognized numeric range operator: ${operator}`)
  }
}

function readRange(reader: JsonReader, first: '>' | '>=', bottomText: string): ValueTest {
  const token = reader.next()
  const open = first === '>'
  if (token === 'end-array') return numberBetween({ value: parsed(reader, bottomText), open }, undefined)
  if (token !== 'string') reader.fail(`Bad value in numeric range: ${reader.text}`)
  const operator = reader.text
  if (operator !== '<' && operator !== '<=') reader.fail(`Bad numeric range operator: ${operator}`)
  const topText = operand(reader, reader.next(), operator)
  if (reader.next() !== 'end-array') reader.fail('Too many terms in numeric range expression')
  const bottom = parsed(reader, bottomText)
  const top = parsed(reader, topText)
  if (bottom >= top) reader.fail('Bottom must be less than top')
  return numberBetween({ value: bottom, open }, { value: top, open: operator === '<' })
}

function operand(reader: JsonReader, token: ReturnType<JsonReader['next']>, operator: string): string {
  if (token !== 'number') reader.fail(`Value of ${operator} must be numeric`)
  return reader.text
}

function ended(reader: JsonReader): void {
  if (reader.next() !== 'end-array') reader.fail('Too many elements in numeric expression')
}

function parsed(reader: JsonReader, text: string): number {
  const value = comparable(text)
  return typeof value === 'object' ? reader.fail(value.refused) : value
}
