import { AwsError } from '../../errors.ts'

/** What is wrong with one member, in the words AWS's request validation uses; `undefined` where nothing is. */
export type Violation = string | undefined

/** @throws AwsError ValidationException that tells all violations at once */
export function satisfies(...violations: readonly Violation[]): void {
  const found = violations.filter((violation) => violation !== undefined)
  if (found.length === 0) return
  const count = `${found.length} validation error${found.length === 1 ? '' : 's'} detected`
  throw invalid(`${count}: ${found.join('; ')}`)
}

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message, { status: 400 })

const failed = (value: unknown, path: string, rule: string): string =>
  `Value ${value === undefined ? 'null' : `'${value}'`} at '${path}' failed to satisfy constraint: ${rule}`

export const required = (path: string, value: unknown): Violation =>
  value === undefined || value === null ? failed(undefined, path, 'Member must not be null') : undefined

/** A list that must not be empty, nor longer than a hundred. */
export const wanted = (path: string, list: readonly unknown[] | undefined): Violation => {
  if (list === undefined) return undefined
  if (list.length === 0) return failed('[]', path, 'Member must have length greater than or equal to 1')
  return list.length > 100
    ? failed(`[${list.length} members]`, path, 'Member must have length less than or equal to 100')
    : undefined
}

export const atMost = (path: string, value: string | undefined, length: number): Violation =>
  value !== undefined && value.length > length
    ? failed(value, path, `Member must have length less than or equal to ${length}`)
    : undefined

export const atLeast = (path: string, value: string | undefined, length: number): Violation =>
  value !== undefined && value.length < length
    ? failed(value, path, `Member must have length greater than or equal to ${length}`)
    : undefined

export const matching = (path: string, value: string | undefined, pattern: RegExp, shown: string): Violation =>
  value !== undefined && !pattern.test(value)
    ? failed(value, path, `Member must satisfy regular expression pattern: ${shown}`)
    : undefined

export const oneOf = (path: string, value: string | undefined, values: readonly string[]): Violation =>
  value !== undefined && !values.includes(value)
    ? failed(value, path, `Member must satisfy enum value set: [${values.join(', ')}]`)
    : undefined

export const between = (path: string, value: number | undefined, least: number, most: number): Violation => {
  if (value === undefined) return undefined
  if (value > most) return failed(value, path, `Member must have value less than or equal to ${most}`)
  if (value < least) return failed(value, path, `Member must have value greater than or equal to ${least}`)
  return undefined
}

/** What the model says of a text. */
export interface TextRule {
  readonly least?: number
  readonly most: number
  /** As the messages show it; it holds for the whole text. */
  readonly pattern?: string
}

/** Whatever is wrong with a text that may be left out, its characters before its length. */
export const text = (
  path: string,
  value: string | undefined,
  { least = 1, most, pattern }: TextRule,
): readonly Violation[] => [
  pattern === undefined ? undefined : matching(path, value, new RegExp(`^(?:${pattern})$`), pattern),
  atLeast(path, value, least),
  atMost(path, value, most),
]

/** The same of a text that must be there. */
export const requiredText = (path: string, value: string | undefined, rule: TextRule): readonly Violation[] => [
  required(path, value),
  ...text(path, value, rule),
]

/** What the model says of the keys of a map. */
export interface KeyRule extends TextRule {
  readonly entries: number
  readonly pattern: string
}

/** Whatever is wrong with the size of a map or with its keys. */
export const matchingKeys = (
  path: string,
  map: Readonly<Record<string, unknown>> | undefined,
  { entries, least = 1, most, pattern }: KeyRule,
): readonly Violation[] => {
  const keys = Object.keys(map ?? {})
  const shown = `{${Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')}}`
  const rules = [
    `Member must have length less than or equal to ${most}`,
    `Member must have length greater than or equal to ${least}`,
    `Member must satisfy regular expression pattern: ${pattern}`,
  ]
  const fits = (key: string) => key.length <= most && key.length >= least && new RegExp(`^(?:${pattern})$`).test(key)
  return [
    keys.length > entries ? failed(shown, path, `Member must have length less than or equal to ${entries}`) : undefined,
    keys.every(fits) ? undefined : failed(shown, path, `Map keys must satisfy constraint: [${rules.join(', ')}]`),
  ]
}

/** A bus as requests name it: by its name or its ARN. */
export const busNamed = (value: string | undefined, path = 'eventBusName'): readonly Violation[] =>
  text(path, value, {
    most: 1600,
    pattern: '(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+',
  })

/** The ARN of a bus or an archive, where events come from. */
export const eventSource = (value: string | undefined): readonly Violation[] =>
  text('eventSourceArn', value, {
    most: 1600,
    pattern: '^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:.+\\/.+$',
  })

/** A name of letters, digits, `.`, `-` and `_`. */
export const named = (path: string, value: string | undefined, most = 64): readonly Violation[] =>
  requiredText(path, value, { most, pattern: '[\\.\\-_A-Za-z0-9]+' })
