import { JsonReader } from './json-reader.ts'
import { absent, type Dialect, readMatchExpression } from './match-expression.ts'
import { exactLiteral, exactNumber, exactString, type ValueTest } from './value-patterns.ts'

/** What a pattern asks of one field: one of the tests of one of its values, or that there is none. */
export interface FieldPattern {
  readonly tests: readonly ValueTest[]
  readonly absent: boolean
  /** Length of its list. */
  readonly elements: number
}

/** Fields that must all fit, by path. A pattern is a list of branches, one of which must fit: `$or` makes branches. */
export type Branch = ReadonlyMap<string, FieldPattern>

/** Names that `$or` keeps for operators, present and to come. */
const RESERVED_IN_OR = new Set(
  'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ip-address-in-range ip-address-not-in-range'.split(
    ' ',
  ),
)

/** @throws PatternError in the words of AWS's compiler */
export function branchesOf(pattern: string, dialect: Dialect): readonly Branch[] {
  const reader = new JsonReader(pattern)
  if (reader.next() !== 'start-object') reader.fail('Filter is not an object')
  return readObject({ reader, dialect }, [], '', false)
}

interface Source {
  readonly reader: JsonReader
  readonly dialect: Dialect
}

function readObject(source: Source, before: readonly Branch[], prefix: string, inOr: boolean): readonly Branch[] {
  const { reader } = source
  let branches = before
  let names = 0
  while (reader.next() !== 'end-object') {
    names += 1
    const name = reader.currentName
    if (name === '$or') {
      branches = readOr(source, branches, prefix)
      continue
    }
    if (inOr && RESERVED_IN_OR.has(name))
      reader.fail(`${name} is Ruler reserved fieldName which cannot be used inside $or.`)
    const path = prefix === '' ? name : `${prefix}.${name}`
    const token = reader.next()
    if (token === 'start-object') branches = readObject(source, branches, path, inOr)
    else if (token === 'start-array') branches = withField(branches, path, readList(source))
    else reader.fail(`"${name}" must be an object or an array`)
  }
  if (names === 0) reader.fail('Empty objects are not allowed')
  return branches
}

function readOr(source: Source, before: readonly Branch[], prefix: string): readonly Branch[] {
  const { reader } = source
  if (reader.next() !== 'start-array') reader.fail('It must be an Array followed with $or.')
  const branches: Branch[] = []
  let objects = 0
  for (let token = reader.next(); token !== 'end-array'; token = reader.next()) {
    objects += 1
    if (token !== 'start-object') reader.fail('Only JSON object is allowed in array of $or relationship.')
    branches.push(...readObject(source, before.length === 0 ? [new Map()] : before, prefix, true))
  }
  if (objects < 2) reader.fail('There must have at least 2 Objects in $or relationship.')
  return branches
}

/** A path that is named twice asks only for what it asks for last. */
const withField = (branches: readonly Branch[], path: string, field: FieldPattern): readonly Branch[] =>
  (branches.length === 0 ? [new Map<string, FieldPattern>()] : branches).map(
    (branch) => new Map([...branch, [path, field]]),
  )

function readList({ reader, dialect }: Source): FieldPattern {
  const tests: ValueTest[] = []
  let absence = false
  let elements = 0
  for (let token = reader.next(); token !== 'end-array'; token = reader.next()) {
    elements += 1
    if (token === 'start-object') {
      const test = readMatchExpression(reader, dialect)
      if (test === absent) absence = true
      else tests.push(test)
    } else if (token === 'string') tests.push(exactString(reader.text))
    else if (token === 'number') tests.push(exactNumber(reader.text))
    else if (token === 'true' || token === 'false' || token === 'null') tests.push(exactLiteral(reader.text))
    else reader.fail('Match value must be String, number, true, false, or null')
  }
  if (elements === 0) reader.fail('Empty arrays are not allowed')
  return { tests, absent: absence, elements }
}
