import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, fieldsOfText } from '../../local/services/events/pattern/index.ts'
import { FilteredMessage } from '../../local/services/sns/filter/filtered-message.ts'
import { compileFilter } from '../../local/services/sns/filter/policy.ts'
import { type Filter, type FilterCondition, filterProblems, under } from '../../messaging/where.ts'

type Json = string | number | boolean | null | undefined | { readonly [field: string]: Json }

/** What a filter means, in the fewest words: each field fits one of its conditions. */
function fits(filter: Filter, data: Json): boolean {
  const value = typeof data === 'object' && data !== null ? data : {}
  return Object.entries(filter).every(([field, inner]) =>
    Array.isArray(inner) ? inner.some((one) => holds(one, value[field])) : fits(inner as Filter, value[field]),
  )
}

function holds(condition: FilterCondition, value: Json): boolean {
  if (typeof condition !== 'object' || condition === null) return value === condition
  const [[operator, operand] = ['', '']] = Object.entries(condition)
  const text = typeof value === 'string' ? value : undefined
  switch (operator) {
    case 'exists':
      return operand === (value !== undefined && !(typeof value === 'object' && value !== null))
    case 'prefix':
      return text?.startsWith(String(operand)) ?? false
    case 'suffix':
      return text?.endsWith(String(operand)) ?? false
    case 'equals-ignore-case':
      return text?.toLowerCase() === String(operand).toLowerCase()
    default:
      return typeof value === 'number' && inRange(operand as readonly (string | number)[], value)
  }
}

const inRange = ([operator, limit, ...rest]: readonly (string | number)[], value: number): boolean => {
  const compare = {
    '<': value < Number(limit),
    '<=': value <= Number(limit),
    '=': value === Number(limit),
    '>': value > Number(limit),
    '>=': value >= Number(limit),
  }
  return compare[operator as '<'] && (rest.length === 0 || inRange(rest, value))
}

const word = fc.constantFrom('a', 'ab', 'abc', 'B', 'bc', '')
const number = fc.constantFrom(-1, 0, 1, 2.5, 10)
const scalar = fc.oneof(word, number, fc.boolean(), fc.constant(null))
const filled = fc.constantFrom('a', 'ab', 'c')
const condition: fc.Arbitrary<FilterCondition> = fc.oneof(
  scalar,
  fc.record({ exists: fc.boolean() }),
  fc.record({ prefix: filled }),
  fc.record({ suffix: filled }),
  fc.record({ 'equals-ignore-case': filled }),
  fc.record({ numeric: fc.tuple(fc.constantFrom('<', '<=', '=', '>', '>='), number) }),
  fc.constant({ numeric: ['>', 0, '<=', 10] }),
)
const conditions = fc.array(condition, { minLength: 1, maxLength: 2 })
const filter: fc.Arbitrary<Filter> = fc.dictionary(
  fc.constantFrom('x', 'y'),
  fc.oneof(conditions, fc.dictionary(fc.constantFrom('u', 'v'), conditions, { minKeys: 1 })),
  { minKeys: 1 },
)
const data = fc.dictionary(
  fc.constantFrom('x', 'y'),
  fc.oneof(scalar, fc.dictionary(fc.constantFrom('u', 'v'), scalar, { minKeys: 1 })),
)

describe('where', () => {
  it('means the same as an event pattern and as a filter policy on the body', () => {
    fc.assert(
      fc.property(filter, data, (wanted, sent) => {
        fc.pre(filterProblems(wanted).length === 0)
        const text = JSON.stringify(under(['detail', 'data'], wanted))
        const body = JSON.stringify({ detail: { data: sent } })
        const expected = fits(wanted, sent)
        expect(compile(text).matches(fieldsOfText(body)), 'event pattern').toBe(expected)
        const policy = compileFilter(text, 'MessageBody')
        expect(policy.matches(new FilteredMessage(body, new Map())), 'filter policy').toBe(expected)
      }),
      { numRuns: 500 },
    )
  })

  it('that fits the limits is accepted by SNS', () => {
    const wide = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((field) => [field, ['1']]))
    expect(filterProblems({ ...wide, f: ['1'] })[0]).toBe('6 fields, SNS allows 5 in a filter')
    const most = { country: Array.from({ length: 50 }, (_, n) => String(n)) }
    expect(filterProblems(most)).toEqual([])
    expect(() => compileFilter(JSON.stringify(under(['detail', 'data'], most)), 'MessageBody')).not.toThrow()
  })
})
