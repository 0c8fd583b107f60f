import { invalidTerm, type Pattern, regexOf, strangeAt } from './pattern.ts'

/** "Terms that contain characters other than alphanumeric or underscore must be placed inside double quotation marks"; of these four AWS is not known to mind. */
const TERM = /\s*([?-]?)(?:"((?:[^"\\]|\\.)+)"|%([^%]+)%|([\p{L}\p{N}_.*/-]+))/uy

interface Term {
  readonly sign: string
  readonly test: (message: string) => boolean
}

/**
 * Unstructured patterns: every plain term must be there and no `-term`; with `?terms` alone one of them suffices.
 * Terms are case-sensitive. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function termsPattern(source: string): Pattern {
  const terms = termsOf(source)
  const required = terms.filter(({ sign }) => sign === '')
  const optional = terms.filter(({ sign }) => sign === '?')
  const excluded = terms.filter(({ sign }) => sign === '-')
  return {
    matches(message) {
      if (excluded.some(({ test }) => test(message))) return false
      if (required.length > 0) return required.every(({ test }) => test(message))
      return optional.length === 0 || optional.some(({ test }) => test(message))
    },
    extract: () => undefined,
    extracted: () => ({}),
  }
}

function termsOf(source: string): Term[] {
  const terms: Term[] = []
  TERM.lastIndex = 0
  while (TERM.lastIndex < source.trimEnd().length) {
    const at = TERM.lastIndex
    const match = TERM.exec(source)
    if (!match) throw invalidTerm(strangeAt(source, at))
    const [, sign = '', quoted, regex, word] = match
    const text = quoted?.replace(/\\(.)/g, '$1') ?? word ?? ''
    const expression = regex === undefined ? undefined : regexOf(regex)
    terms.push({ sign, test: (message) => expression?.test(message) ?? message.includes(text) })
  }
  return terms
}
