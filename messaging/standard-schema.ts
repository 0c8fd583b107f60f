/**
 * The part of Standard Schema v1 (https://standardschema.dev) that the kit reads. zod, valibot, arktype and others implement
 * it; the specification asks to copy the interface instead of depending on a package.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    /** Must be free of side effects; a unit may be run again. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What goes in: the JSON on the wire. */
export type SchemaInput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['input']
/** What comes out: what a handler sees. */
export type SchemaOutput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output']
