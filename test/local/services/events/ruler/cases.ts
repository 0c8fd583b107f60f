import fc from 'fast-check'
import { type FieldValue, fieldsOfText } from '../../../../../local/services/events/pattern/index.ts'

export interface Case {
  readonly pattern: string
  readonly event: string
}

/** Few names and values, so that patterns and events meet. */
const name = fc.constantFrom('a', 'b', 'c', 'd', 'a.b', 'Ä')
const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('', 'x', 'xy', 'xyx', 'XY', 'yx', 'ab/cd', 'é', '10', '*', 'null', 'true') },
  { weight: 1, arbitrary: fc.constantFrom('10.0.0.1', '10.0.0.255', '10.0.1.1', '2001:db8::1', '::1', '10.0.0.1.1') },
  { weight: 1, arbitrary: fc.string({ maxLength: 4 }).map((drawn) => drawn.replace(/[\\"]/g, '')) },
)
/** Numbers as text: the same value has several spellings. */
const number = fc.constantFrom(
  ...['0', '-0', '1', '1.0', '10', '1e1', '10.0', '-5', '0.1', '100', '1E2', '300.000001', '300.0000011'],
  ...['5000000000', '5000000001', '500000000000', '500000000001', '123456789012345678901234567890'],
)
const doubleNumber = fc.constantFrom('0', '1', '1.0', '10', '1e1', '-5', '0.1', '1E2', '300.000001', '5000000001')
const literal = fc.constantFrom('null', 'true', 'false')
const quoted = text.map((value) => JSON.stringify(value))
const scalar = fc.oneof({ weight: 4, arbitrary: quoted }, { weight: 2, arbitrary: number }, literal)

const object = (members: readonly (readonly [string, string])[]): string =>
  `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`
const list = (values: readonly string[]): string => `[${values.join(',')}]`
const members = (value: fc.Arbitrary<string>, minLength: number) =>
  fc.uniqueArray(fc.tuple(name, value), { minLength, maxLength: 3, selector: ([key]) => key })

const { value: eventValue } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    { weight: 5, arbitrary: scalar },
    { weight: 2, arbitrary: members(tie('value'), 0).map(object) },
    { weight: 3, arbitrary: fc.array(tie('value'), { maxLength: 3 }).map(list) },
  ),
}))
const event = members(eventValue, 1).map(object)

/** Text that may be a prefix or suffix under anything-but. */
const affix = quoted.filter((value) => value !== '""')

const one = (operator: string, operand: fc.Arbitrary<string>) =>
  operand.map((value) => `{${JSON.stringify(operator)}:${value}}`)
const some = (operand: fc.Arbitrary<string>) =>
  fc.oneof(operand, fc.array(operand, { minLength: 1, maxLength: 3 }).map(list))
const piece = fc.constantFrom('x', 'y', 'xy', '/', '\\\\*', '\\\\\\\\')
const wildcardText = fc
  .tuple(fc.boolean(), fc.array(piece, { maxLength: 3 }), fc.boolean())
  .map(([starts, pieces, ends]) => `"${starts ? '*' : ''}${pieces.join('*')}${ends && pieces.length > 0 ? '*' : ''}"`)
const comparison = fc.oneof(
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), doubleNumber).map(([sign, value]) => `["${sign}",${value}]`),
  fc
    .tuple(
      fc.constantFrom('>', '>='),
      fc.constantFrom('-5', '0', '0.1'),
      fc.constantFrom('<', '<='),
      fc.constantFrom('1', '10.0', '1E3'),
    )
    .map(([low, bottom, high, top]) => `["${low}",${bottom},"${high}",${top}]`),
)
const cidr = fc.constantFrom('"10.0.0.0/24"', '"10.0.0.7/24"', '"10.0.0.0/8"', '"2001:db8::/32"')
const valid = fc.oneof(
  ...['prefix', 'suffix', 'equals-ignore-case'].map((operator) => one(operator, quoted)),
  one('prefix', one('equals-ignore-case', quoted)),
  one('suffix', one('equals-ignore-case', quoted)),
  one('wildcard', wildcardText),
  one('exists', fc.constantFrom('true', 'false')),
  one('numeric', comparison),
  one('cidr', cidr),
  one('anything-but', some(quoted)),
  one('anything-but', some(doubleNumber)),
  one('anything-but', fc.oneof(one('prefix', some(affix)), one('suffix', some(affix)))),
  one('anything-but', fc.oneof(one('equals-ignore-case', some(quoted)), one('wildcard', some(wildcardText)))),
)
/** Mostly such that no compiler accepts them. */
const doubtful = fc.oneof(
  one('anything-but', fc.oneof(scalar, some(scalar))),
  one('anything-but', one('cidr', quoted)),
  one('anything-but', one('prefix', some(scalar))),
  one(
    'numeric',
    fc.constantFrom('[]', '1', '["=","1"]', '[">",1,">",2]', '[">",5,"<",5]', '[">",1,"<",2,"<",3]', '["~",1]'),
  ),
  one('cidr', fc.constantFrom('"10.0.0.0"', '"10.0.0.0/x"', '"10.0.0.0/32"', '"300.1.1.1/8"', '"host/8"', '8')),
  one('prefix', fc.oneof(scalar, one('suffix', quoted))),
  one('exists', scalar),
  one('regex', quoted),
  fc.constantFrom('{}', '[]', '{"prefix":"a","suffix":"b"}'),
)
const expression = fc.oneof({ weight: 100, arbitrary: valid }, { weight: 1, arbitrary: doubtful })
const fieldPattern = fc
  .array(fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 4, arbitrary: expression }), {
    minLength: 1,
    maxLength: 3,
  })
  .map(list)

function patternOf(depth: number): fc.Arbitrary<string> {
  if (depth === 0) return members(fieldPattern, 1).map(object)
  const inner = patternOf(depth - 1)
  const value = fc.oneof({ weight: 3, arbitrary: fieldPattern }, { weight: 2, arbitrary: inner })
  return fc
    .tuple(members(value, 1), fc.option(fc.array(inner, { minLength: 2, maxLength: 3 }), { freq: 3 }))
    .map(([fields, or]) => object(or ? [...fields, ['$or', list(or)]] : fields))
}
const patternNode = fc.oneof(patternOf(0), patternOf(1), patternOf(2))

/** What fits one value of an event, more or less closely. */
const fitting = ({ kind, text: value }: FieldValue): fc.Arbitrary<string> => {
  const exact = kind === 'string' ? JSON.stringify(value) : value
  if (kind !== 'string') return fc.constantFrom(exact, '{"exists":true}', '{"anything-but":"none"}')
  return fc.constantFrom(
    exact,
    `{"prefix":${JSON.stringify(value.slice(0, 1))}}`,
    `{"suffix":{"equals-ignore-case":${JSON.stringify(value.slice(1).toUpperCase())}}}`,
    `{"equals-ignore-case":${JSON.stringify(value.toLowerCase())}}`,
    '{"wildcard":"*"}',
    '{"anything-but":{"prefix":"none"}}',
  )
}

/** A pattern made from what the event has, so that many match; which elements of its arrays they take is drawn. */
const madeFrom = (json: string): fc.Arbitrary<string> => {
  const fields = [...fieldsOfText(json)]
  if (fields.length === 0) return patternOf(0)
  const field = fc
    .constantFrom(...fields)
    .chain(([path, values]) =>
      fc.constantFrom(...values).chain((value) => fitting(value).map((test) => [path, list([test])] as const)),
    )
  const missing = fc.constantFrom('a', 'b.c', 'd').map((path) => [path, '[{"exists":false}]'] as const)
  return fc
    .uniqueArray(fc.oneof({ weight: 5, arbitrary: field }, { weight: 1, arbitrary: missing }), {
      minLength: 1,
      maxLength: 3,
      selector: ([path]) => path,
    })
    .map(object)
}

const eventAndPattern = event.chain((json) =>
  fc.record({ event: fc.constant(json), pattern: fc.oneof(patternNode, madeFrom(json), madeFrom(json)) }),
)

export const cases = (count: number, seed: number): Case[] => fc.sample(eventAndPattern, { numRuns: count, seed })
