import { type Comparator, compareNumbers, invalidTerm, type Pattern, regexOf, strangeAt, wildcard } from './pattern.ts'

interface Field {
  readonly name: string
  readonly test: (value: string) => boolean
}

const FIELD = /^([\w-]+)?\s*(?:(!=|<=|>=|=|<|>)\s*(.+))?$/

/** Fields of a line are separated by blanks; quotes and brackets hold one together. */
const split = (message: string): string[] =>
  [...message.matchAll(/"([^"]*)"|\[([^\]]*)\]|(\S+)/g)].map(
    ([, quoted, bracketed, plain]) => quoted ?? bracketed ?? plain ?? '',
  )

/** Patterns over lines of fields, such as `[ip, user, ..., status=4*, bytes>1000]`. */
export function fieldsPattern(source: string): Pattern {
  const body = source.trim().slice(1, -1).trim()
  // Nothing stands for any fields.
  const parts = body === '' ? ['...'] : body.split(',').map((part) => part.trim())
  const gap = parts.indexOf('...')
  const before = (gap < 0 ? parts : parts.slice(0, gap)).map((part) => fieldOf(part))
  const after = gap < 0 ? [] : parts.slice(gap + 1).map((part) => fieldOf(part))

  /** Values by the pattern's fields, or `undefined` where their number differs. */
  const assign = (message: string): [Field, string][] | undefined => {
    const values = split(message)
    if (gap < 0 ? values.length !== before.length : values.length < before.length + after.length) return undefined
    return [
      ...before.map((field, index): [Field, string] => [field, values[index] ?? '']),
      ...after.map((field, index): [Field, string] => [field, values[values.length - after.length + index] ?? '']),
    ]
  }

  return {
    matches: (message) => assign(message)?.every(([field, value]) => field.test(value)) ?? false,
    extract: (message, selector) => assign(message)?.find(([{ name }]) => `$${name}` === selector)?.[1],
    // A field without a name is told by its place (API reference of TestMetricFilter).
    extracted(message) {
      const values = split(message)
      const nameAt = (index: number): string =>
        (index < before.length ? before[index] : after[index - (values.length - after.length)])?.name ||
        String(index + 1)
      return Object.fromEntries(values.map((value, index) => [`$${nameAt(index)}`, value]))
    },
  }
}

/** Conditions of one field may be joined: `status = 4* || status = 5*`. */
function fieldOf(part: string): Field {
  const alternatives = part
    .split('||')
    .map((each) => each.split('&&').map((condition) => conditionOf(condition.trim())))
  return {
    name: alternatives[0]?.[0]?.name ?? '',
    test: (value) => alternatives.some((conditions) => conditions.every(({ test }) => test(value))),
  }
}

function conditionOf(part: string): Field {
  const match = FIELD.exec(part)
  if (!match) throw invalidTerm(strangeAt(part, 0))
  const [, name = '', comparator, operand] = match
  if (comparator === undefined || operand === undefined) return { name, test: () => true }
  const number = Number(operand)
  if (comparator !== '=' && comparator !== '!=') {
    if (Number.isNaN(number)) throw invalidTerm(operand)
    return { name, test: (value) => compareNumbers(Number(value), comparator as Comparator, number) }
  }
  const regex = /^%(.+)%$/.exec(operand)
  const expression = regex ? regexOf(regex[1] as string) : wildcard(operand.replace(/^"(.*)"$/, '$1'))
  return { name, test: (value) => expression.test(value) === (comparator === '=') }
}
