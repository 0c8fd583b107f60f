import type { Shape } from '../../../gateway/shape.ts'
import { validation } from '../errors.ts'
import { memberOf } from '../integrations/convert.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'

const wrong = (what: string) => validation(`Mock result schema validation error: ${what}`)

/** Members that the API has not are let through. @throws AwsError for a member of another type than the API's */
export function checkFields(shape: Shape, value: JsonObject, required: readonly string[] = []): void {
  const missing = required.find((name) => !(name in value))
  if (missing !== undefined) throw wrong(`Required field '${missing}' is missing`)
  if (shape.kind !== 'structure') return
  for (const [name, item] of Object.entries(value)) {
    const member = name.charAt(0) === name.charAt(0).toUpperCase() ? memberOf(shape.members, name) : undefined
    if (member) checkField(member.target, name, item)
  }
}

function checkField(shape: Shape, field: string, value: Json): void {
  const must = (fits: boolean, form: string): void => {
    if (!fits) throw wrong(`Field '${field}' must be ${form}`)
  }
  switch (shape.kind) {
    case 'structure':
      must(isObject(value), 'an object')
      checkFields(shape, value as JsonObject)
      return
    case 'list':
      must(Array.isArray(value), 'an array')
      for (const item of value as Json[]) checkField(shape.member.target, field, item)
      return
    case 'map':
      must(isObject(value), 'an object')
      for (const [key, item] of Object.entries(value as JsonObject)) checkField(shape.value.target, key, item)
      return
    case 'string':
    case 'timestamp':
      must(typeof value === 'string', 'a string')
      return
    case 'blob':
      // An integration that parses its answer, such as Lambda's Payload, gives JSON where the API gives bytes.
      must(typeof value === 'string' || field === 'Payload', 'a string')
      return
    case 'number':
      must(typeof value === 'number', 'a number')
      return
    case 'boolean':
      must(typeof value === 'boolean', 'a boolean')
  }
}
