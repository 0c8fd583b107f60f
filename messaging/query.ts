import type { SchemaInput, SchemaOutput, StandardSchema } from './standard-schema.ts'

/**
 * A question that one responder answers. `Wire` and `ReplyWire` are the JSON that travels, `Data` and `Reply` what the responder and
 * the requester see.
 */
export interface QueryContract<Name extends string, Wire, Data, ReplyWire, Reply> {
  readonly kind: 'query'
  /** `<owning service>.<Name>` */
  readonly name: Name
  readonly request: StandardSchema<Wire, Data>
  readonly reply: StandardSchema<ReplyWire, Reply>
}

export type AnyQuery = QueryContract<string, unknown, unknown, unknown, unknown>
export type QueryData<Q> = Q extends { readonly request: StandardSchema<infer _, infer D> } ? D : never
export type ReplyWire<Q> = Q extends { readonly reply: StandardSchema<infer W, infer _> } ? W : never

/** Something that somebody wants to know, within a time. One responder. */
export function query<const N extends string, S extends StandardSchema, R extends StandardSchema>(
  name: N,
  { request, reply }: { readonly request: S; readonly reply: R },
): QueryContract<N, SchemaInput<S>, SchemaOutput<S>, SchemaInput<R>, SchemaOutput<R>> {
  if (!/^[a-z][a-z0-9-]*\.[A-Z][A-Za-z0-9]*$/.test(name))
    throw new TypeError(`query '${name}': a name reads <service>.<Name>, as in 'inventory.GetStock'`)
  return {
    kind: 'query',
    name,
    request: request as StandardSchema<SchemaInput<S>, SchemaOutput<S>>,
    reply: reply as StandardSchema<SchemaInput<R>, SchemaOutput<R>>,
  }
}
