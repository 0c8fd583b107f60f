import { compact, type Json } from '../json.ts'
import { IntrinsicError } from './functions.ts'

/** Puts the values in place of each `{}`; a backslash keeps the character after it. */
export function formatText(template: string, values: readonly Json[]): string {
  let used = 0
  const text = template.replace(/\\([\s\S])|\{\}/g, (_, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped === 'r' ? '\r' : escaped
    const value = values[used++]
    if (value === undefined) throw tooFew(template, values.length)
    return typeof value === 'string' ? value : compact(value)
  })
  if (used !== values.length) throw tooFew(template, values.length)
  return text
}

const tooFew = (template: string, count: number): IntrinsicError =>
  new IntrinsicError(`number of arguments do not match the occurrences of {} in '${template}': ${count}`)
