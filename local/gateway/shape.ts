import { NormalizedSchema } from '@smithy/core/schema'

/**
 * A type of a service's model, read once from the SDK's schema and then walked by every codec: the SDK's own schema
 * objects are rebuilt at each step of a walk, which a server cannot afford on each request.
 */
export type Shape =
  | {
      readonly kind: 'structure'
      readonly name: string
      readonly union: boolean
      /** Root element of the structure as an XML body, where it is not the structure's name. */
      readonly xmlName: string | undefined
      readonly members: ReadonlyMap<string, Member>
      /** How many of the members a value must have: they are the first ones. */
      readonly required: number
    }
  | { readonly kind: 'list'; readonly member: Member; readonly plain: boolean }
  | { readonly kind: 'map'; readonly key: Member; readonly value: Member }
  | { readonly kind: 'string' | 'number' | 'boolean' | 'blob' | 'document' | 'unit' }
  | { readonly kind: 'timestamp'; readonly format: 'date-time' | 'http-date' | 'epoch-seconds' | 'protocol' }

export interface Member {
  readonly name: string
  readonly traits: Readonly<Record<string, unknown>>
  /** Read at first use: models are recursive. */
  readonly target: Shape
}

const cache = new Map<unknown, Shape>()

/** The shape of an SDK schema. */
export function shapeOf(schema: unknown): Shape {
  const ns = NormalizedSchema.of(schema as Parameters<typeof NormalizedSchema.of>[0])
  const key = ns.getSchema()
  const identity = typeof key === 'object' || typeof key === 'function' ? key : undefined
  const known = identity && cache.get(identity)
  if (known) return known
  const shape = readShape(ns)
  if (identity) cache.set(identity, shape)
  return shape
}

function readShape(ns: NormalizedSchema): Shape {
  if (ns.isStructSchema()) {
    const members = new Map<string, Member>()
    for (const [name, member] of ns.structIterator()) members.set(name, lazyMember(name, member))
    const { xmlName } = ns.getMergedTraits()
    return {
      kind: 'structure',
      name: ns.getName() ?? '',
      union: ns.isUnionSchema(),
      xmlName: typeof xmlName === 'string' ? xmlName : undefined,
      members,
      required: requiredOf(ns.getSchema()),
    }
  }
  if (ns.isListSchema()) {
    const member = lazyMember('member', ns.getValueSchema())
    const value = ns.getValueSchema()
    return { kind: 'list', member, plain: value.isStringSchema() }
  }
  if (ns.isMapSchema())
    return { kind: 'map', key: lazyMember('key', ns.getKeySchema()), value: lazyMember('value', ns.getValueSchema()) }
  if (ns.isBlobSchema()) return { kind: 'blob' }
  if (ns.isTimestampSchema()) return { kind: 'timestamp', format: timestampFormat(ns) }
  if (ns.isStringSchema()) return { kind: 'string' }
  if (ns.isBooleanSchema()) return { kind: 'boolean' }
  if (ns.isDocumentSchema()) return { kind: 'document' }
  if (ns.isUnitSchema()) return { kind: 'unit' }
  return { kind: 'number' }
}

/** The SDK's schema of a structure ends with the number of its required members, where there are any. */
const requiredOf = (schema: unknown): number => (Array.isArray(schema) && typeof schema[6] === 'number' ? schema[6] : 0)

/** Smithy's numbers for timestamp formats: 5 date-time, 6 http-date, 7 epoch-seconds; 4 leaves it to the protocol. */
function timestampFormat(ns: NormalizedSchema): 'date-time' | 'http-date' | 'epoch-seconds' | 'protocol' {
  const code = ns.getSchema()
  return code === 5 ? 'date-time' : code === 6 ? 'http-date' : code === 7 ? 'epoch-seconds' : 'protocol'
}

function lazyMember(name: string, ns: NormalizedSchema): Member {
  let target: Shape | undefined
  return {
    name,
    traits: ns.getMergedTraits() as Readonly<Record<string, unknown>>,
    get target() {
      target ??= shapeOf(ns)
      return target
    },
  }
}

/** The text of a trait that carries one, such as `xmlName`. */
export const textTrait = (member: Member, trait: string): string | undefined => {
  const value = member.traits[trait]
  return typeof value === 'string' ? value : undefined
}
