import { AwsError } from '../../errors.ts'
import { type Member, type Shape, textTrait } from '../shape.ts'
import type { Form } from './form.ts'

/**
 * Reads the form of the Query protocol (`Entry.1.Name=…`), the one direction the SDK does not ship.
 * Members are `name.member.1` or, flattened, `name.1`; maps are `name.entry.1.key` / `.value`; an empty list is `name=`.
 */
export const readQuery = (shape: Shape, form: Form): Record<string, unknown> =>
  (readValue(shape, form, '') as Record<string, unknown> | undefined) ?? {}

function readValue(shape: Shape, form: Form, at: string, member?: Member): unknown {
  if (at !== '' && !form.has(at)) return undefined
  switch (shape.kind) {
    case 'structure': {
      const out: Record<string, unknown> = {}
      for (const inner of shape.members.values()) {
        const name = textTrait(inner, 'xmlName') ?? inner.name
        const value =
          readValue(inner.target, form, at === '' ? name : `${at}.${name}`, inner) ??
          // Old SQS clients leave out the xmlName of a flattened list: `Attributes.1` beside `Attribute.1`.
          (name === inner.name
            ? undefined
            : readValue(inner.target, form, at === '' ? inner.name : `${at}.${inner.name}`, inner))
        if (value !== undefined) out[inner.name] = value
      }
      return out
    }
    case 'list': {
      const inner = shape.member
      const base = member?.traits.xmlFlattened ? at : `${at}.${textTrait(inner, 'xmlName') ?? 'member'}`
      const out: unknown[] = []
      for (let index = 1; form.has(`${base}.${index}`); index++)
        out.push(readValue(inner.target, form, `${base}.${index}`, inner))
      if (out.length > 0) return out
      const alone = form.get(at)
      if (alone === '') return []
      // Old SQS clients leave the number of an only element out: `AttributeName=All`.
      return alone === undefined ? undefined : [readValue(inner.target, form, at, inner)]
    }
    case 'map': {
      const base = member?.traits.xmlFlattened ? at : `${at}.entry`
      const keyName = textTrait(shape.key, 'xmlName') ?? 'key'
      const valueName = textTrait(shape.value, 'xmlName') ?? 'value'
      const out: Record<string, unknown> = {}
      const readEntry = (entry: string) => {
        const key = form.get(`${entry}.${keyName}`)
        if (key === undefined) return
        const value = readValue(shape.value.target, form, `${entry}.${valueName}`, shape.value)
        out[key] = value ?? (shape.value.target.kind === 'structure' ? {} : '')
      }
      for (let index = 1; form.has(`${base}.${index}`); index++) readEntry(`${base}.${index}`)
      // As above: `Attribute.Name=DelaySeconds&Attribute.Value=5`.
      readEntry(base)
      return out
    }
    default:
      return readScalar(shape, form.get(at), at)
  }
}

const invalid = (at: string, expected: string, text: string): AwsError =>
  new AwsError('MalformedInput', `${at} must be ${expected}, but it is '${text.slice(0, 100)}'.`, { status: 400 })

function readScalar(shape: Shape, text: string | undefined, at: string): unknown {
  if (text === undefined) return undefined
  switch (shape.kind) {
    case 'number':
      if (text === '' || Number.isNaN(Number(text))) throw invalid(at, 'a number', text)
      return Number(text)
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw invalid(at, 'true or false', text)
      return text === 'true'
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'))
    case 'timestamp': {
      const date = /^\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text)
      if (Number.isNaN(date.getTime())) throw invalid(at, 'an instant', text)
      return date
    }
    default:
      return text
  }
}
