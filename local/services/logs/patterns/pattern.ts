import { invalidParameter } from '../errors.ts'

/** A filter pattern, ready to be asked. */
export interface Pattern {
  matches(message: string): boolean
  /** The value of `$.member`, `$field` or a number, as metric filters name it; `undefined` where the message has none. */
  extract(message: string, selector: string): unknown
}

export const invalidPattern = (pattern: string, reason: string): Error =>
  invalidParameter(`Invalid filter pattern: ${reason} in '${pattern}'`)

/** A text with `*` for any characters, as an expression over the whole text. */
export const wildcard = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  )

/** The expression between two `%`. @throws InvalidParameterException where it is none */
export function regexOf(pattern: string, source: string): RegExp {
  try {
    return new RegExp(source)
  } catch {
    throw invalidPattern(pattern, `%${source}% is no regular expression`)
  }
}

export type Comparator = '=' | '!=' | '<' | '>' | '<=' | '>='

export const compareNumbers = (left: number, comparator: Comparator, right: number): boolean => {
  switch (comparator) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '>':
      return left > right
    case '<=':
      return left <= right
    case '>=':
      return left >= right
  }
}
