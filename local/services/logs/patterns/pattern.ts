import { invalidParameter } from '../errors.ts'

/** A filter pattern, ready to be asked. */
export interface Pattern {
  matches(message: string): boolean
  /** The value of `$.member`, `$field` or a number, as metric filters name it; `undefined` where the message has none. */
  extract(message: string, selector: string): unknown
  /** All values that the pattern names, of a message that matches. */
  extracted(message: string): Readonly<Record<string, string>>
}

export const invalidPattern = (): Error => invalidParameter('Invalid filter pattern')

/** What stands where no term can be: AWS quotes the characters alone, as users' logs show. */
export const invalidTerm = (term: string): Error => invalidParameter(`Invalid character(s) in term '${term}'`)

/** The characters from here on that begin no token. */
export const strangeAt = (text: string, at: number): string =>
  /^\s*(\$\."|[^\w\s"%]+|\S)/.exec(text.slice(at))?.[1] ?? ''

/** A text with `*` at its ends for any characters, as an expression over the whole text; within the text it is itself (seen on AWS). */
export function wildcard(text: string): RegExp {
  const [, open, middle = '', close] = /^(\*?)(.*?)(\*?)$/s.exec(text) ?? []
  const literal = middle.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${open ? '.*' : ''}${literal}${close ? '.*' : ''}$`, 's')
}

/** The expression between two `%`. @throws InvalidParameterException where it is none */
export function regexOf(source: string): RegExp {
  try {
    return new RegExp(source)
  } catch {
    throw invalidPattern()
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
