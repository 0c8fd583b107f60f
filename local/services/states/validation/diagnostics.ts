import type { ValidateStateMachineDefinitionDiagnostic } from '@aws-sdk/client-sfn'
import type { JsonObject } from '../language/json.ts'

export type Diagnostic = ValidateStateMachineDefinitionDiagnostic

/**
 * Collects what is wrong with a definition. The texts are AWS's, as LocalStack's recordings and two public measurements of
 * ValidateStateMachineDefinition (September 2026) have them.
 */
export class Diagnostics {
  readonly all: Diagnostic[] = []

  /** A breach of the language's rules, at a place such as `/States/Wait/Seconds`. */
  schema(location: string, message: string): void {
    this.add('SCHEMA_VALIDATION_FAILED', location, message)
  }

  add(code: string, location: string | undefined, message: string): void {
    this.all.push({ severity: 'ERROR', code, message, ...(location === undefined ? {} : { location }) })
  }

  /** Fields that the object at the place has none of its own of. */
  unsupported(object: JsonObject, known: readonly string[], location: string): void {
    for (const field of Object.keys(object))
      if (!known.includes(field)) this.schema(location, `Field '${field}' is not supported`)
  }

  /** At most one of the fields is there. */
  atMostOne(object: JsonObject, fields: readonly string[], location: string): void {
    if (fields.filter((field) => object[field] !== undefined).length > 1)
      this.schema(location, `There should only be one of the following fields: [${fields.join(', ')}]`)
  }

  /** Exactly one of the fields is there. */
  exactlyOne(object: JsonObject, fields: readonly string[], location: string): void {
    this.atMostOne(object, fields, location)
    if (fields.every((field) => object[field] === undefined))
      this.schema(location, `This object should have only one of the following fields: [${fields.join(', ')}]`)
  }

  /** A text that is one of these, where it is there. */
  oneOf(object: JsonObject, field: string, values: readonly string[], location: string): void {
    const value = object[field]
    if (value === undefined) return
    if (typeof value !== 'string') this.schema(`${location}/${field}`, 'Expected value of type [STRING]')
    else if (!values.includes(value))
      this.schema(`${location}/${field}`, `Value should be one of the following: [${values.join(', ')}]`)
  }
}

/** How CreateStateMachine tells them; measured: where there is no place, it says null. */
export const told = (diagnostics: readonly Diagnostic[]): string =>
  diagnostics.map(({ code, message, location }) => `${code}: ${message} at ${location ?? null}`).join(', ')
