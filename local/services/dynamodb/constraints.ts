import type { AwsError } from '../../errors.ts'
import { invalid } from './errors.ts'

/** How a request's value looks in a message: as Java prints it. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  return `'${printed(value)}'`
}

function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value !== 'object' || value === null) return String(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([name, member]) => `${name}=${printed(member)}`).join(', ')}}`
}

/** What a request breaks of the rules that need no knowledge of its table, told all at once. */
export class Constraints {
  readonly #broken: string[] = []

  /** `path` is the member's name as DynamoDB writes it, such as `keySchema.1.member.keyType`. */
  check(holds: boolean, path: string, value: unknown, rule: string): this {
    if (!holds) this.#broken.push(`Value ${shown(value)} at '${path}' failed to satisfy constraint: ${rule}`)
    return this
  }

  /** Adds a whole sentence, where DynamoDB leaves out the value. */
  add(sentence: string): this {
    this.#broken.push(sentence)
    return this
  }

  present(path: string, value: unknown): this {
    return this.check(value !== undefined && value !== null, path, value, 'Member must not be null')
  }

  oneOf(path: string, value: string | undefined, allowed: readonly string[]): this {
    const rule = `Member must satisfy enum value set: [${allowed.join(', ')}]`
    return this.check(value === undefined || allowed.includes(value), path, value, rule)
  }

  length(path: string, value: string | readonly unknown[] | undefined, least: number, most?: number): this {
    if (value === undefined) return this
    const atLeast = `Member must have length greater than or equal to ${least}`
    this.check(value.length >= least, path, value, atLeast)
    if (most === undefined) return this
    return this.check(value.length <= most, path, value, `Member must have length less than or equal to ${most}`)
  }

  between(path: string, value: number | undefined, least: number, most?: number): this {
    if (value === undefined) return this
    this.check(value >= least, path, value, `Member must have value greater than or equal to ${least}`)
    if (most === undefined) return this
    return this.check(value <= most, path, value, `Member must have value less than or equal to ${most}`)
  }

  matches(path: string, value: string | undefined, pattern: string): this {
    const holds = value === undefined || new RegExp(`^(?:${pattern})$`).test(value)
    return this.check(holds, path, value, `Member must satisfy regular expression pattern: ${pattern}`)
  }

  /** @throws AwsError with everything that is broken; DynamoDB tells ten at most */
  done(): void {
    const error = this.error()
    if (error) throw error
  }

  error(): AwsError | undefined {
    const told = this.#broken.slice(0, 10)
    if (told.length === 0) return undefined
    return invalid(`${told.length} validation error${told.length > 1 ? 's' : ''} detected: ${told.join('; ')}`)
  }
}

export const NAME_PATTERN = '[a-zA-Z0-9_.-]+'

const arnName = /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/
const plainName = /^[a-zA-Z0-9_.-]{1,255}$/

/**
 * The table that a data-plane request names, by name or ARN. Its rules are told before all others, alone; `path` is
 * the member that names it.
 * @throws AwsError
 */
export function tableNameOf(given: string | undefined, path = 'tableName'): string {
  if (given !== undefined && plainName.test(given)) return given
  const name = given === undefined ? undefined : (arnName.exec(given)?.[1] ?? given)
  new Constraints().present(path, name).length(path, name, 1, 255).done()
  new Constraints().matches(path, name, NAME_PATTERN).done()
  return name as string
}

/** The same as the current code tells it, which does not print an empty name (recorded by dynamodb-conformance, 2026-10). */
export function currentTableNameOf(given: string | undefined): string {
  if (given !== '') return tableNameOf(given)
  throw invalid(
    "1 validation error detected: Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1",
  )
}

/** The rule of a batch's tables, where some is not named as a table can be; `printed` is the whole batch. */
export function tableNamesRule(names: readonly string[], printed: () => string): string | undefined {
  if (names.every((name) => tableName.test(arnName.exec(name)?.[1] ?? name))) return undefined
  return `Value '${printed()}' at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: ${NAME_PATTERN}]`
}

const tableName = /^[a-zA-Z0-9_.-]{3,255}$/

/** A table's name as the control plane checks it. */
export function newTableName(given: string | undefined): string {
  if (given === undefined) throw invalid("The parameter 'TableName' is required but was not present in the request")
  const name = arnName.exec(given)?.[1] ?? given
  new Constraints().length('tableName', name, 3, 255).matches('tableName', name, NAME_PATTERN).done()
  return name
}

export const RETURN_VALUES = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'] as const
export const RETURN_CAPACITY = ['INDEXES', 'TOTAL', 'NONE'] as const
export const RETURN_ON_FAILURE = ['ALL_OLD', 'NONE'] as const
export const RETURN_METRICS = ['SIZE', 'NONE'] as const
