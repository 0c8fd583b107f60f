import fc from 'fast-check'
import type { Member, Shape } from '../../local/gateway/shape.ts'

/** Text that every protocol can carry: XML has no place for most control characters or lone surrogates. */
const text = fc
  .string({ unit: fc.constantFrom(...'aZ09 _-./&<>"\'=+%\r\n\té漢😀'), maxLength: 12 })
  // The SDK's XML reader drops text that is white space alone.
  .map((drawn) => (drawn.trim() === '' ? `x${drawn}` : drawn))
const token = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-'), minLength: 1, maxLength: 12 })

/** Values of a model's shape, as an SDK client takes them. `depth` bounds recursive models. */
export function valuesOf(shape: Shape, depth = 4, member?: Member): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'structure':
      return shape.union ? unionOf(shape, depth) : structureOf(shape, depth)
    case 'list':
      return depth <= 0
        ? fc.constant([])
        : fc.array(valuesOf(shape.member.target, depth - 1, shape.member), { minLength: 1, maxLength: 3 })
    case 'map':
      return depth <= 0
        ? fc.constant({})
        : fc.dictionary(token, valuesOf(shape.value.target, depth - 1, shape.value), {
            minKeys: 1,
            maxKeys: 3,
            noNullPrototype: true,
          })
    case 'string':
      return member && ['httpLabel', 'httpQuery', 'httpHeader'].some((trait) => member.traits[trait]) ? token : text
    case 'number':
      return fc.integer({ min: 0, max: 1_000_000 })
    case 'boolean':
      return fc.boolean()
    case 'blob':
      return fc.uint8Array({ minLength: 1, maxLength: 16 })
    case 'timestamp':
      return fc.integer({ min: 1, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000))
    case 'document':
      return fc.constant({ a: [1, 'two', null] })
    case 'unit':
      return fc.constant({})
  }
}

function structureOf(shape: Extract<Shape, { kind: 'structure' }>, depth: number): fc.Arbitrary<unknown> {
  const required: string[] = []
  const model: Record<string, fc.Arbitrary<unknown>> = {}
  for (const [index, member] of [...shape.members.values()].entries()) {
    if (depth <= 0 && ['structure', 'list', 'map'].includes(member.target.kind)) continue
    // A status code is the answer's own; an EndpointId changes the host that the client calls.
    if (member.traits.httpResponseCode || member.name === 'EndpointId') continue
    model[member.name] = valuesOf(member.target, depth - 1, member)
    // The Query protocol cannot tell an empty structure from an absent one.
    if (index < shape.required || member.traits.httpLabel || required.length === 0) required.push(member.name)
  }
  return fc.record(model, { requiredKeys: required, noNullPrototype: true })
}

function unionOf(shape: Extract<Shape, { kind: 'structure' }>, depth: number): fc.Arbitrary<unknown> {
  const members = [...shape.members.values()]
  const usable =
    depth > 0 ? members : members.filter(({ target }) => !['structure', 'list', 'map'].includes(target.kind))
  return fc.oneof(
    ...(usable.length > 0 ? usable : members).map((member) =>
      valuesOf(member.target, depth - 1, member).map((value) => ({ [member.name]: value })),
    ),
  )
}
