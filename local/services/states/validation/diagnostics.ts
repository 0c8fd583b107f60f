import type { ValidateStateMachineDefinitionDiagnostic } from '@aws-sdk/client-sfn'

export type Diagnostic = ValidateStateMachineDefinitionDiagnostic

/** Collects what is wrong with a definition. */
export class Diagnostics {
  readonly all: Diagnostic[] = []

  /** A breach of the language's rules, at a place such as `/States/Wait/Seconds`. */
  schema(location: string, message: string): void {
    this.add('SCHEMA_VALIDATION_FAILED', location, message)
  }

  add(code: string, location: string | undefined, message: string): void {
    this.all.push({ severity: 'ERROR', code, message, ...(location === undefined ? {} : { location }) })
  }
}

/** How CreateStateMachine tells them. */
export const told = (diagnostics: readonly Diagnostic[]): string =>
  diagnostics
    .map(({ code, message, location }) => `${code}: ${message}${location === undefined ? '' : ` at ${location}`}`)
    .join(', ')
