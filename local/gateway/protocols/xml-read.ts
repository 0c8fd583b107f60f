import { AwsError } from '../../errors.ts'
import { type Shape, textTrait } from '../shape.ts'

/** An element of a request's XML. Attributes other than `xsi:type` say nothing to any model here. */
export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: Element[]
  text: string
}

const malformed = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    { status: 400 },
  )

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const plainText = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (_, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) {
      const known = named[name]
      if (known === undefined) throw malformed()
      return known
    }
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    if (code > 0x10ffff) throw malformed()
    return String.fromCodePoint(code)
  })

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Declarations and comments; CDATA; a tag with its attributes; text. A document type is refused: nobody's request needs one. */
const token =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gy

/**
 * The root element of a request's body.
 * @throws AwsError MalformedXML
 */
export function parseXml(text: string): Element {
  const top: Element = { name: '', attributes: new Map(), children: [], text: '' }
  const open: Element[] = [top]
  token.lastIndex = text.startsWith('\uFEFF') ? 1 : 0
  while (token.lastIndex < text.length) {
    const found = token.exec(text)
    if (!found) throw malformed()
    const [, cdata, closing, name, attributes = '', empty, plain] = found
    const parent = open.at(-1) as Element
    if (cdata !== undefined) parent.text += cdata
    else if (plain !== undefined) parent.text += plainText(plain.replace(/\r\n?/g, '\n'))
    else if (name !== undefined && closing) {
      if (open.length === 1 || parent.name !== local(name)) throw malformed()
      open.pop()
    } else if (name !== undefined) {
      const element: Element = { name: local(name), attributes: readAttributes(attributes), children: [], text: '' }
      parent.children.push(element)
      if (!empty) open.push(element)
    }
  }
  const [root] = top.children
  if (!root || top.children.length > 1 || open.length > 1 || top.text.trim() !== '') throw malformed()
  return root
}

const readAttributes = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, name = '', double, single]) => [
      name,
      plainText(double ?? single ?? ''),
    ]),
  )

/**
 * An element as the SDK's input form.
 * @throws AwsError MalformedXML where an element is not of the model or has the wrong type
 */
export function readXml(shape: Shape, element: Element): unknown {
  switch (shape.kind) {
    case 'structure':
      return readMembers(shape, element)
    case 'list':
      return element.children.map((child) => readXml(shape.member.target, child))
    case 'map':
      return Object.fromEntries(
        element.children.map(({ children }) => [
          children[0]?.text ?? '',
          children[1] && readXml(shape.value.target, children[1]),
        ]),
      )
    default:
      return readText(shape, element.text)
  }
}

function readMembers(shape: Extract<Shape, { kind: 'structure' }>, element: Element): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  const seen = new Set<string>()
  for (const member of shape.members.values()) {
    const name = textTrait(member, 'xmlName') ?? member.name
    seen.add(name)
    if (member.traits.xmlAttribute) {
      const value = element.attributes.get(name)
      if (value !== undefined) out[member.name] = value
      continue
    }
    const found = element.children.filter((child) => child.name === local(name))
    const [first] = found
    if (!first) continue
    out[member.name] =
      member.target.kind === 'list' && member.traits.xmlFlattened
        ? readXml(member.target, { ...element, children: found })
        : readXml(member.target, first)
  }
  if (element.children.some(({ name }) => !seen.has(name))) throw malformed()
  return out
}

function readText(shape: Shape, text: string): unknown {
  switch (shape.kind) {
    case 'number':
      if (text.trim() === '' || Number.isNaN(Number(text))) throw malformed()
      return Number(text)
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw malformed()
      return text === 'true'
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'))
    case 'timestamp': {
      const date = new Date(text)
      if (Number.isNaN(date.getTime())) throw malformed()
      return date
    }
    default:
      return text
  }
}
