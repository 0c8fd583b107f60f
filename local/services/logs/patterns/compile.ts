import { fieldsPattern } from './fields.ts'
import { jsonPattern } from './json.ts'
import type { Pattern } from './pattern.ts'
import { termsPattern } from './terms.ts'

/** @throws InvalidParameterException that quotes the pattern */
export function compilePattern(source: string): Pattern {
  const text = source.trim()
  if (text.startsWith('{') && text.endsWith('}')) return jsonPattern(source)
  if (text.startsWith('[') && text.endsWith(']')) return fieldsPattern(source)
  return termsPattern(source)
}
