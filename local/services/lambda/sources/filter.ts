import { compile, fieldsOf, type Matcher, PatternError } from '../../events/pattern/index.ts'
import { invalid } from '../model/functions.ts'

/** Says whether a record is for the function. */
export type RecordFilter = (record: Readonly<Record<string, unknown>>) => boolean

const MAX_FILTERS = 5
const MAX_PATTERN = 4096

/**
 * The filter of a mapping: a record passes when one of the patterns fits; no patterns, no filter.
 * @throws AwsError InvalidParameterValueException
 */
export function compileFilter(patterns: readonly string[]): RecordFilter {
  if (patterns.length === 0) return () => true
  if (patterns.length > MAX_FILTERS)
    throw invalid(
      `Invalid filter pattern definition. A mapping has at most ${MAX_FILTERS} filters, not ${patterns.length}.`,
    )
  const matchers = patterns.map(compilePattern)
  return (record) => {
    const fields = fieldsOf(record)
    return matchers.some((matcher) => matcher.matches(fields))
  }
}

function compilePattern(pattern: string): Matcher {
  if (pattern.length > MAX_PATTERN) throw invalid('Invalid filter pattern definition.')
  try {
    return compile(pattern)
  } catch (error) {
    if (error instanceof PatternError) throw invalid('Invalid filter pattern definition.')
    throw error
  }
}

/**
 * An SQS record as its filter sees it. A pattern for the body is an object where the body is JSON, and a list of plain
 * text rules where it is not: the body is parsed where it can be.
 */
export function filterableMessage(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { body } = record
  return { ...record, body: typeof body === 'string' ? parsedBody(body) : body }
}

function parsedBody(body: string): unknown {
  try {
    const parsed = JSON.parse(body) as unknown
    return typeof parsed === 'object' && parsed !== null ? parsed : body
  } catch {
    return body
  }
}
