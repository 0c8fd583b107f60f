import type { SchemaIssue, SchemaResult, StandardSchema } from '../standard-schema.ts'

/** Data that a schema refuses, with every reason. */
export class InvalidData extends Error {
  override readonly name = 'InvalidData'
  readonly reasons: readonly string[]

  constructor(what: string, reasons: readonly string[]) {
    super(`${what}: ${reasons.join('; ')}`)
    this.reasons = reasons
  }
}

export async function validate<D>(schema: StandardSchema<unknown, D>, value: unknown, what: string): Promise<D> {
  return accepted(await schema['~standard'].validate(value), what)
}

/** For places that cannot wait: saving an item, appending an event. */
export function validateNow<D>(schema: StandardSchema<unknown, D>, value: unknown, what: string): D {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise)
    throw new TypeError(`${what}: its schema validates asynchronously, which is not supported here`)
  return accepted(result, what)
}

export function reasonsOf(issues: readonly SchemaIssue[], prefix = ''): readonly string[] {
  return issues.map(({ message, path }) => {
    const place = [prefix, ...(path ?? []).map(segment)].filter((part) => part !== '').join('.')
    return place === '' ? message : `${place}: ${message}`
  })
}

function accepted<D>(result: SchemaResult<D>, what: string): D {
  if (result.issues) throw new InvalidData(what, reasonsOf(result.issues))
  return result.value
}

const segment = (part: PropertyKey | { readonly key: PropertyKey }): string =>
  String(typeof part === 'object' ? part.key : part)
