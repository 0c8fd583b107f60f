import { validation } from '../errors.ts'
import type { CompositeAlarmRule, StateValue } from './alarm.ts'

type Node = (stateOf: (name: string) => StateValue) => boolean

const TOKEN =
  /\s*(?:(\(|\))|(AND|OR|NOT|TRUE|FALSE)\b|(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]+)"|'([^']+)'|([^\s()"']+))\s*\))/y

/**
 * Reads a composite alarm's rule, such as `ALARM("a") AND NOT OK("b")`.
 * @throws ValidationError that quotes the rule
 */
export function parseRule(source: string): CompositeAlarmRule {
  const tokens = tokensOf(source)
  const children = new Set<string>()
  let next = 0

  const skip = (word: string): boolean => {
    if (tokens[next]?.word !== word) return false
    next += 1
    return true
  }
  const either = (): Node => {
    let left = both()
    while (skip('OR')) {
      const [a, b] = [left, both()]
      left = (stateOf) => a(stateOf) || b(stateOf)
    }
    return left
  }
  const both = (): Node => {
    let left = single()
    while (skip('AND')) {
      const [a, b] = [left, single()]
      left = (stateOf) => a(stateOf) && b(stateOf)
    }
    return left
  }
  const single = (): Node => {
    if (skip('NOT')) {
      const inner = single()
      return (stateOf) => !inner(stateOf)
    }
    if (skip('(')) {
      const inner = either()
      if (!skip(')')) throw refused(source)
      return inner
    }
    const token = tokens[next]
    next += 1
    if (token?.word === 'TRUE' || token?.word === 'FALSE') return () => token.word === 'TRUE'
    if (token?.alarm === undefined) throw refused(source)
    const { word, alarm } = token
    children.add(alarm)
    return (stateOf) => stateOf(alarm) === word
  }

  const holds = either()
  if (next < tokens.length) throw refused(source)
  return { kind: 'composite', source, children: [...children], holds }
}

const refused = (source: string) => validation(`AlarmRule is not valid: ${source}`)

function tokensOf(source: string): { word: string; alarm: string | undefined }[] {
  const tokens: { word: string; alarm: string | undefined }[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.trimEnd().length) {
    const match = TOKEN.exec(source)
    if (!match) throw refused(source)
    const [, bracket, word, state, double, single, bare] = match
    tokens.push({ word: bracket ?? word ?? state ?? '', alarm: nameOf(double ?? single ?? bare) })
  }
  return tokens
}

/** An alarm may be named by its ARN. */
const nameOf = (text: string | undefined): string | undefined =>
  text?.startsWith('arn:') ? text.slice(text.indexOf(':alarm:') + ':alarm:'.length) : text
