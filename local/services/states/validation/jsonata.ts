import { isObject, type Json, type JsonObject } from '../language/json.ts'
import { compileJsonata, expressionOf } from '../language/jsonata/evaluate.ts'
import type { Diagnostics } from './diagnostics.ts'
import { referencesOf } from './jsonata-references.ts'

/** Fields whose texts AWS was measured to leave alone, and the parts that are checked for themselves. */
const plain = [
  ...['Type', 'Comment', 'QueryLanguage', 'Next', 'Default', 'Resource', 'Retry', 'Credentials', 'Label'],
  ...['Branches', 'ItemProcessor', 'Iterator', 'ErrorEquals'],
]

/** Where an expression stands. */
interface Place {
  readonly at: string
  readonly diagnostics: Diagnostics
  /** Whether `$states.errorOutput` is there: in what a catcher gives and assigns. */
  readonly caught: boolean
}

/** Every `{% ... %}` of a state is JSONata that does not look for anything at the top level, where there is nothing. */
export function validateJsonata(state: JsonObject, at: string, diagnostics: Diagnostics): void {
  for (const [field, value] of Object.entries(state)) {
    if (plain.includes(field)) continue
    const place = { at: `${at}/${field}`, diagnostics, caught: false }
    if ((field === 'Choices' || field === 'Catch') && Array.isArray(value))
      validateEntries(value, place, field === 'Catch')
    else validateValue(value, place)
  }
}

/** Choice rules, or catchers: their own fields are fields of the language too. */
function validateEntries(entries: readonly Json[], { at, diagnostics }: Place, caught: boolean): void {
  for (const [index, entry] of entries.entries())
    for (const [field, value] of Object.entries(isObject(entry) ? entry : {}))
      if (!plain.includes(field)) validateValue(value, { at: `${at}[${index}]/${field}`, diagnostics, caught })
}

function validateValue(value: Json, place: Place): void {
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) validateValue(item, { ...place, at: `${place.at}[${index}]` })
  else if (isObject(value))
    for (const [name, item] of Object.entries(value)) validateValue(item, { ...place, at: `${place.at}/${name}` })
  else if (typeof value === 'string') validateText(value, place)
}

function validateText(text: string, { at, diagnostics, caught }: Place): void {
  const expression = expressionOf(text)
  if (expression === undefined) {
    if (text.startsWith('{%')) diagnostics.schema(at, 'JSONata string must start with {% and end with %}')
    return
  }
  for (const reference of references(expression, at, diagnostics)) {
    if (reference === '$states.errorOutput') {
      if (!caught) unsupported(diagnostics, at, `Field '${reference}' does not exist.`)
    } else if (reference === '$$') unsupported(diagnostics, at, `Reference to '$$' is not supported.`)
    else unsupported(diagnostics, at, `Reference to '${reference}' at the top level is not supported.`)
  }
}

const unsupported = (diagnostics: Diagnostics, at: string, message: string): void =>
  diagnostics.add('UNSUPPORTED_JSONATA_EXPRESSION', at, message)

function references(expression: string, at: string, diagnostics: Diagnostics): readonly string[] {
  try {
    return referencesOf(compileJsonata(expression).ast())
  } catch (error) {
    diagnostics.add('INVALID_JSONATA_EXPRESSION', at, (error as Error).message)
    return []
  }
}
