import { type Member, type Shape, textTrait } from '../shape.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser would turn a bare carriage return into a line feed.
  '\r': '&#xD;',
}

export const escapeXml = (text: string): string =>
  text.replace(/[&<>"\r]/g, (character) => entities[character] ?? character)

/** A value as the elements of the Query protocol's answer. */
export function writeXml(shape: Shape, value: unknown, tag: string, member?: Member): string {
  if (value === null || value === undefined) return ''
  switch (shape.kind) {
    case 'structure':
      return `<${tag}>${writeMembers(shape, value as Record<string, unknown>)}</${tag}>`
    case 'list': {
      const inner = shape.member
      const flattened = Boolean(member?.traits.xmlFlattened)
      const innerTag = flattened ? tag : (textTrait(inner, 'xmlName') ?? 'member')
      const body = (value as unknown[]).map((element) => writeXml(inner.target, element, innerTag, inner)).join('')
      return flattened ? body : `<${tag}>${body}</${tag}>`
    }
    case 'map':
      return writeMap(shape, value as Record<string, unknown>, tag, Boolean(member?.traits.xmlFlattened))
    case 'blob':
      return `<${tag}>${Buffer.from(value as Uint8Array).toString('base64')}</${tag}>`
    case 'timestamp':
      return `<${tag}>${(value as Date).toISOString()}</${tag}>`
    default:
      return `<${tag}>${escapeXml(String(value))}</${tag}>`
  }
}

export function writeMembers(shape: Shape, value: Readonly<Record<string, unknown>>): string {
  if (shape.kind !== 'structure') return ''
  let out = ''
  for (const member of shape.members.values())
    out += writeXml(member.target, value[member.name], textTrait(member, 'xmlName') ?? member.name, member)
  return out
}

function writeMap(
  shape: Extract<Shape, { kind: 'map' }>,
  value: Readonly<Record<string, unknown>>,
  tag: string,
  flattened: boolean,
): string {
  const keyTag = textTrait(shape.key, 'xmlName') ?? 'key'
  const valueTag = textTrait(shape.value, 'xmlName') ?? 'value'
  const entryTag = flattened ? tag : 'entry'
  const body = Object.entries(value)
    .map(([key, element]) => {
      const inner = writeXml(shape.value.target, element, valueTag, shape.value)
      return `<${entryTag}><${keyTag}>${escapeXml(key)}</${keyTag}>${inner}</${entryTag}>`
    })
    .join('')
  return flattened ? body : `<${tag}>${body}</${tag}>`
}
