import { invalid, invalidParameter } from '../errors.ts'
import type { KeyTest } from '../expressions/key-condition.ts'
import { keyBytes, partitionBytes } from '../store/keys.ts'
import type { Bound, Range } from '../store/range.ts'
import { type KeySchema, keyAttributes } from '../tables/schema.ts'
import type { Value } from '../values/value.ts'

/**
 * The range of a table or index that key conditions choose.
 * @throws AwsError where they are not the conditions of its key
 */
export function rangeOf(key: KeySchema, tests: ReadonlyMap<string, KeyTest>): Range {
  const most = keyAttributes(key).length
  if (tests.size > 2)
    throw invalid(
      `The number of query conditions (${tests.size}) exceeds the number of key attributes defined in the schema (${most})`,
    )
  if (!key.range && tests.size > 1) throw invalid('Query key condition not supported')
  for (const { name, type } of keyAttributes(key)) {
    const test = tests.get(name)
    if (!test && (name === key.hash.name || tests.size > 1))
      throw invalid(`Query condition missed key schema element: ${name}`)
    if (test?.values.some((value) => value[type] === undefined))
      throw invalidParameter('Condition parameter type does not match schema type')
  }
  const hash = tests.get(key.hash.name) as KeyTest
  if (hash.operator !== '=') throw invalid('Query key condition not supported')
  for (const [name, test] of tests) checkNotEmpty(name, test)
  const range = key.range && tests.get(key.range.name)
  return { pk: partitionBytes(hash.values[0] as Value), ...(range && bounds(range)) }
}

function checkNotEmpty(name: string, test: KeyTest): void {
  for (const value of test.values)
    if (value.S === '' || value.B?.length === 0)
      throw invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${value.S === '' ? 'string' : 'binary'} value. Key: ${name}`,
      )
}

function bounds(test: KeyTest): Pick<Range, 'lower' | 'upper'> {
  const [first, second] = test.values.map(keyBytes) as [Buffer, Buffer]
  const at = (bytes: Uint8Array, inclusive = true): Bound => ({ bytes, inclusive })
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
function afterPrefix(prefix: Buffer): Bound | undefined {
  let length = prefix.length
  while (length > 0 && prefix[length - 1] === 0xff) length -= 1
  if (length === 0) return undefined
  const bytes = Buffer.from(prefix.subarray(0, length))
  bytes[length - 1] = (bytes[length - 1] as number) + 1
  return { bytes, inclusive: false }
}
