import { type EventFields, FieldValue } from '../../events/pattern/index.ts'
import type { MessageAttribute } from '../topic.ts'

/** Message attributes as a filter policy sees them: numbers typed, the elements of a `String.Array` one by one, nothing binary. */
export function attributeFields(attributes: ReadonlyMap<string, MessageAttribute>): EventFields {
  const fields = new Map<string, readonly FieldValue[]>()
  for (const [name, attribute] of attributes) if (!attribute.binary) fields.set(name, valuesOf(attribute))
  return fields
}

function valuesOf({ type, text = '' }: MessageAttribute): FieldValue[] {
  if (type === 'String.Array') return elementsOf(text)
  if (type === 'Number' || type.startsWith('Number.')) return [new FieldValue('number', text, undefined)]
  return [new FieldValue('string', text, undefined)]
}

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null

function elementsOf(text: string): FieldValue[] {
  try {
    const elements: unknown = JSON.parse(text)
    return (Array.isArray(elements) ? elements : []).filter(isScalar).map((element) => {
      const kind = typeof element === 'string' ? 'string' : typeof element === 'number' ? 'number' : 'literal'
      return new FieldValue(kind, String(element), undefined)
    })
  } catch {
    return []
  }
}
