import { invalid, invalidParameter } from '../errors.ts'
import type { KeyTest } from '../expressions/key-condition.ts'
import { delimited, escaped, keyBytes, partitionBytes } from '../store/keys.ts'
import type { Bound, Range } from '../store/range.ts'
import { type KeyAttribute, type KeySchema, keyAttributes } from '../tables/schema.ts'
import type { Value } from '../values/value.ts'

type Tests = ReadonlyMap<string, KeyTest>

/**
 * The range of a table or index that key conditions choose.
 * @throws AwsError where they are not the conditions of its key
 */
export function rangeOf(key: KeySchema, tests: Tests): Range {
  checkAttributes(key, tests)
  const hash = key.hash.map(({ name }) => tests.get(name) as KeyTest)
  if (hash.some(({ operator }) => operator !== '=')) throw invalid('Query key condition not supported')
  const range = key.range.flatMap(({ name }) => tests.get(name) ?? [])
  checkPrefix(key.range, tests)
  for (const [name, test] of tests) checkNotEmpty(name, test)
  return { pk: partitionBytes(hash.map(firstValue)), ...(range.length > 0 && bounds(key.range.length, range)) }
}

const firstValue = ({ values }: KeyTest): Value => values[0] as Value

function checkAttributes(key: KeySchema, tests: Tests): void {
  const attributes = keyAttributes(key)
  if (tests.size > Math.max(attributes.length, 2))
    throw invalid(
      `The number of query conditions (${tests.size}) exceeds the number of key attributes defined in the schema (${attributes.length})`,
    )
  if (key.range.length === 0 && tests.size > key.hash.length) throw invalid('Query key condition not supported')
  const foreign = [...tests.keys()].some((name) => attributes.every((attribute) => attribute.name !== name))
  for (const attribute of attributes) {
    const { name, type } = attribute
    const test = tests.get(name)
    if (!test && (foreign || key.hash.includes(attribute)))
      throw invalid(`Query condition missed key schema element: ${name}`)
    if (test?.values.some((value) => value[type] === undefined))
      throw invalidParameter('Condition parameter type does not match schema type')
  }
}

/** Of several RANGE attributes, those before the last that has a condition must be fixed. */
function checkPrefix(attributes: readonly KeyAttribute[], tests: Tests): void {
  const last = attributes.findLastIndex(({ name }) => tests.has(name))
  const open = attributes.slice(0, Math.max(last, 0)).filter(({ name }) => tests.get(name)?.operator !== '=')
  if (open.length > 0)
    throw invalid(
      `RANGE key attributes ${open.map(({ name }) => name).join(', ')} must have equality conditions specified in the query because a condition is present on key attribute ${attributes[last]?.name}`,
    )
}

function checkNotEmpty(name: string, test: KeyTest): void {
  for (const value of test.values)
    if (value.S === '' || value.B?.length === 0)
      throw invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${value.S === '' ? 'string' : 'binary'} value. Key: ${name}`,
      )
}

const at = (bytes: Uint8Array, inclusive = true): Bound => ({ bytes, inclusive })

/** The sort keys that the conditions on the first RANGE attributes choose, of a key of `count` such attributes. */
function bounds(count: number, tests: readonly KeyTest[]): Pick<Range, 'lower' | 'upper'> {
  const last = tests.at(-1) as KeyTest
  if (count === 1) return boundsOfOne(last)
  const fixed = Buffer.concat(tests.slice(0, -1).map((test) => delimited(firstValue(test))))
  const [first, second] = last.values.map((value) => Buffer.concat([fixed, delimited(value)])) as [Buffer, Buffer]
  const { lower = at(fixed), upper = afterPrefix(fixed) } = boundsOfPrefix(last.operator, first, second)
  if (last.operator !== 'begins_with') return { lower, upper }
  const start = Buffer.concat([fixed, escaped(firstValue(last))])
  return { lower: at(start), upper: afterPrefix(start) }
}

/** What begins with the bytes is equal to the value, as further attributes may follow. */
function boundsOfPrefix(operator: KeyTest['operator'], first: Buffer, second: Buffer): Pick<Range, 'lower' | 'upper'> {
  switch (operator) {
    case '<':
      return { upper: at(first, false) }
    case '<=':
      return { upper: afterPrefix(first) }
    case '>':
      return { lower: afterPrefix(first, true) }
    case '>=':
      return { lower: at(first) }
    case 'between':
      return { lower: at(first), upper: afterPrefix(second) }
    default:
      return { lower: at(first), upper: afterPrefix(first) }
  }
}

function boundsOfOne(test: KeyTest): Pick<Range, 'lower' | 'upper'> {
  const [first, second] = test.values.map(keyBytes) as [Buffer, Buffer]
  switch (test.operator) {
    case '=':
      return { lower: at(first), upper: at(first) }
    case '<':
      return { upper: at(first, false) }
    case '<=':
      return { upper: at(first) }
    case '>':
      return { lower: at(first, false) }
    case '>=':
      return { lower: at(first) }
    case 'between':
      return { lower: at(first), upper: at(second) }
    case 'begins_with':
      return { lower: at(first), upper: afterPrefix(first) }
  }
}

/** The first bytes behind all that start with the prefix; none where that is nothing but 0xff. */
function afterPrefix(prefix: Buffer, inclusive = false): Bound | undefined {
  let length = prefix.length
  while (length > 0 && prefix[length - 1] === 0xff) length -= 1
  if (length === 0) return undefined
  const bytes = Buffer.from(prefix.subarray(0, length))
  bytes[length - 1] = (bytes[length - 1] as number) + 1
  return { bytes, inclusive }
}
