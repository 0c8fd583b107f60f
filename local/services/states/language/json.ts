/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject

export interface JsonObject {
  [key: string]: Json
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Compact text, as AWS writes every input and output that it made itself. */
export const compact = (value: Json): string => JSON.stringify(value)

/** What a value is called in AWS's texts. */
export function typeName(value: Json): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** A state's output, a task's result and an execution's input hold at most 256 KiB of UTF-8. */
export const MAX_BYTES = 262_144

export const tooLarge = (text: string): boolean =>
  text.length * 3 > MAX_BYTES && (text.length > MAX_BYTES || Buffer.byteLength(text) > MAX_BYTES)

export function equalJson(a: Json, b: Json): boolean {
  if (a === b) return true
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, at) => equalJson(item, b[at] as Json))
    )
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key] as Json, b[key] as Json))
  )
}
