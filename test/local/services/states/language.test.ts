import fc from 'fast-check'
import jsonata from 'jsonata'
import { describe, expect, it } from 'vitest'
import { createKernel } from '../../../../local/kernel/kernel.ts'
import { evaluateIntrinsic } from '../../../../local/services/states/language/intrinsic/evaluate.ts'
import { compact, equalJson, type Json } from '../../../../local/services/states/language/json.ts'
import { evaluatePath } from '../../../../local/services/states/language/json-path/evaluate.ts'
import { parsePath } from '../../../../local/services/states/language/json-path/parse.ts'
import { putAt } from '../../../../local/services/states/language/json-path/reference.ts'
import { bound } from '../../../../local/services/states/language/jsonata/bounds.ts'
import { evaluateField } from '../../../../local/services/states/language/jsonata/evaluate.ts'
import type { Scope } from '../../../../local/services/states/language/scope.ts'
import { parseTimestamp } from '../../../../local/services/states/language/timestamp.ts'

const kernel = createKernel({ clock: 'manual', seed: 'language', start: Date.UTC(2026, 0, 1) })
const scopeOf = (input: Json, variables: Record<string, Json> = {}): Scope => ({
  input,
  variables: new Map(Object.entries(variables)),
  context: { State: { Name: 'S' } },
  kernel,
})

const users = [
  { name: 'a', year: 1997, status: 0, tags: ['x'] },
  { name: 'b', year: 1999, status: 0, tags: [] },
  { name: 'c', year: 2001, status: 1 },
]

describe('JSONPath', () => {
  it.each<[string, Json]>([
    ['$', { users }],
    ['$.users[0].name', 'a'],
    ["$['users'][1]['name']", 'b'],
    ['$.users[-1].name', 'c'],
    ['$.users[*].name', ['a', 'b', 'c']],
    ['$.users[1:].name', ['b', 'c']],
    ['$.users[0,2].name', ['a', 'c']],
    ["$.users[0]['name','year']", ['a', 1997]],
    ['$..name', ['a', 'b', 'c']],
    ['$.users[?(@.status == 0)].name', ['a', 'b']],
    ['$.users[?(@.year <= 1999 && @.status == 0)].year', [1997, 1999]],
    ["$.users[?(@.name == 'c' || @.name == 'a')].name", ['a', 'c']],
    ['$.users[?(!(@.tags))].name', ['c']],
    ['$.users[?(@.name =~ /[ab]/)].name', ['a', 'b']],
    ["$.users[?(@.name in ['c', 'd'])].name", ['c']],
    ['$.[?(@.users)].users[0].name', ['a']],
    ['$.users.length()', 3],
    ['$.none[*].a', []],
  ])('%s', (path, expected) => {
    expect(evaluatePath(parsePath(path), { users })).toEqual(expected)
  })

  it.each(['$.', '$.a[', '$.a[?]', "$['a", 'a', '$.a b'])('does not parse %s', (path) => {
    expect(() => parsePath(path)).toThrow(SyntaxError)
  })

  it('finds by its quoted name whatever ResultPath has put there', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !/['\\]/.test(text) && text !== '__proto__')
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), fc.jsonValue(), (names, value) => {
        const path = `$${names.map((part) => `['${part}']`).join('')}`
        const result = JSON.parse(compact(value as Json)) as Json
        expect(equalJson(evaluatePath(parsePath(path), putAt(path, {}, result)), result)).toBe(true)
      }),
    )
  })
})

describe('intrinsic functions', () => {
  const run = (text: string, input: Json = {}, variables: Record<string, Json> = {}) =>
    evaluateIntrinsic(text, input, scopeOf(input, variables))

  it.each<[string, Json]>([
    ["States.Format('{} is {}', 'a', 1.5)", 'a is 1.5'],
    ["States.Format('\\{\\} and {}', true)", '{} and true'],
    ["States.Format('it\\'s {}', null)", "it's null"],
    ['States.StringToJson(\'[1, {"a": null}]\')', [1, { a: null }]],
    ['States.JsonToString(States.Array(1, States.Array()))', '[1,[]]'],
    ['States.ArrayPartition(States.ArrayRange(1, 5, 1), 2)', [[1, 2], [3, 4], [5]]],
    ['States.ArrayRange(5, 1, -2)', [5, 3, 1]],
    ["States.ArrayGetItem(States.StringSplit('a-b', '-'), 1)", 'b'],
    ['States.ArrayUnique(States.Array(1, 1, 2))', [1, 2]],
    ['States.ArrayLength(States.Array())', 0],
    ["States.Base64Decode(States.Base64Encode('ä'))", 'ä'],
    ["States.Hash('', 'MD5')", 'd41d8cd98f00b204e9800998ecf8427e'],
    ['States.MathAdd(1.5, -0.5)', 2],
    ['States.Array($.a, $$.State.Name, $v.n[0])', [1, 'S', 7]],
  ])('%s', (text, expected) => {
    expect(run(text, { a: 1 }, { v: { n: [7] } })).toEqual(expected)
  })

  it.each([
    ["States.Format('{}')", 'States.IntrinsicFailure'],
    ["States.StringToJson('{')", 'States.IntrinsicFailure'],
    ['States.ArrayRange(0, 5000, 1)', 'States.IntrinsicFailure'],
    ["States.Hash('a', 'CRC')", 'States.IntrinsicFailure'],
    ['States.None()', 'States.IntrinsicFailure'],
    ["States.Format('{}', $.missing)", 'States.Runtime'],
  ])('%s fails with %s', (text, error) => {
    expect(() => run(text)).toThrow(expect.objectContaining({ error }))
  })

  it('gives the same random number for the same seed, within the bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99, max: 0 }), fc.integer({ min: 1, max: 99 }), fc.integer(), (from, to, seed) => {
        const text = `States.MathRandom(${from}, ${to}, ${seed})`
        const value = run(text) as number
        expect(value).toBe(run(text))
        expect(value >= from && value < to).toBe(true)
      }),
    )
  })
})

describe("JSONata, with AWS's own functions", () => {
  const mismatch = 'does not match function signature'
  const memory =
    'threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage'
  const depth =
    'threw an error during evaluation: Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive'
  const nesting = (calls: number) => `($f := function($x) { $x <= 0 ? 0 : 1 + $f($x - 1) }; $f(${calls}))`
  const doubling = (times: number) =>
    `($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f("x", ${times})))`
  const run = (expression: string, input: Json = {}) => evaluateField('Output', `{% ${expression} %}`, scopeOf(input))

  it.each<[string, Json]>([
    ['$partition([1, 2, 3], 2)', [[1, 2], [3]]],
    ['$range(0, 9, 3)', [0, 3, 6, 9]],
    ['$range(1, 9, 9)', 1],
    ["$hash('', 'MD5')", 'd41d8cd98f00b204e9800998ecf8427e'],
    ['$parse(\'{"a": [1]}\').a', [1]],
    ['$random(7)', 0.7306990420600421],
    ['$random(42.9)', 0.7275636800328681],
    ['$partition([1, 2, 3])', [[1, 2, 3]]],
    ['$partition([1, 2, 3], 2.9)', [[1, 2], [3]]],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$count($range(1, 360145, 1))', 360_145],
    ['$map(["[1]", "[2]"], $parse)', [[1], [2]]],
    ['[1/0, 0/0, -1/0]', ['Infinity', 'NaN', '-Infinity']],
    ['[1..873782] ~> $count()', 873_782],
    [`1${'+1'.repeat(99)}`, 100],
    [`${'('.repeat(99)}1${')'.repeat(99)}`, 1],
    [`1${'~>$string'.repeat(99)}`, '1'],
    [nesting(31), 31],
    [doubling(22), 4_194_304],
    ['$length($uuid())', 36],
    ['$now()', '2026-01-01T00:00:00.000Z'],
    ['$millis()', Date.UTC(2026, 0, 1)],
    ['$sum($states.input.n)', 6],
    ['$count($shuffle($states.input.n))', 3],
  ])('%s', async (expression, expected) => {
    expect(await run(expression, { n: [1, 2, 3] })).toEqual(expected)
  })

  it.each([
    ['$none', 'returned nothing (undefined).'],
    [
      '1 + "a"',
      'threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number',
    ],
    ['$eval("1")', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ['$parse()', 'returned nothing (undefined).'],
    ['$parse(null)', `threw an error during evaluation. T0410: Argument 1 of function "parse" ${mismatch}`],
    ['$parse("1", 2)', `threw an error during evaluation. T0410: Argument 2 of function "parse" ${mismatch}`],
    ['$parse("1e400")', 'threw an error during evaluation. D3137: Invalid JSON'],
    ['$partition([], 2)', 'returned nothing (undefined).'],
    ['$partition([1], -0.5)', 'returned nothing (undefined).'],
    ['$partition([1], -1)', 'threw an error during evaluation. D3137: Second argument must be zero or greater'],
    [
      '$partition(null, 1)',
      'threw an error during evaluation. T0412: Argument 1 of function "partition" must be an array of undefined',
    ],
    ['$range(5, 1, 1)', 'returned nothing (undefined).'],
    ['$range(1, 5)', 'returned nothing (undefined).'],
    ['$range(1)', `threw an error during evaluation. T0410: Argument 2 of function "range" ${mismatch}`],
    ['$range(1, 360146, 1)', memory],
    ["$hash('a')", 'returned nothing (undefined).'],
    ["$hash(1, 'MD5')", `threw an error during evaluation. T0410: Argument 1 of function "hash" ${mismatch}`],
    [
      "$hash('a', 'md5')",
      "threw an error during evaluation. D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5",
    ],
    ["$uuid('a')", `threw an error during evaluation. T0410: Argument 1 of function "uuid" ${mismatch}`],
    ['$sum([1..873783])', memory],
    [doubling(23), memory],
    [`1${'+1'.repeat(100)}`, depth],
    [`${'['.repeat(100)}1${']'.repeat(100)}`, depth],
    [nesting(32), depth],
    ['$none()', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
  ])('%s fails', async (expression, said) => {
    await expect(run(expression)).rejects.toMatchObject({
      error: 'States.QueryEvaluationError',
      message: `The JSONata expression '${expression}' specified for the field 'Output' ${said}`,
    })
  })
})

it('ends an evaluation that would not end, after so many steps', async () => {
  const endless = jsonata('($f := function($x) { $f($x + 1) }; $f(1))')
  bound(endless, 1_000)
  await expect(endless.evaluate(undefined)).rejects.toThrow('Expression evaluation timeout: Check for infinite loop')
})

describe('timestamps', () => {
  it.each<[string, number | undefined]>([
    ['2016-03-05T21:29:29Z', Date.UTC(2016, 2, 5, 21, 29, 29)],
    ['2016-03-05T21:29:29.243167252Z', Date.UTC(2016, 2, 5, 21, 29, 29, 243)],
    ['2016-03-05T21:29:29+01:30', Date.UTC(2016, 2, 5, 19, 59, 29)],
    ['2016-02-30T00:00:00Z', undefined],
    ['2016-03-05T25:00:00Z', undefined],
    ['2016-03-05', undefined],
    ['2016-03-05T21:29:29', undefined],
  ])('%s', (text, instant) => {
    expect(parseTimestamp(text)).toBe(instant)
  })
})
