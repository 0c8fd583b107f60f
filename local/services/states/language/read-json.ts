import type { Json } from './json.ts'

/** Text that is not JSON, with the words of Jackson, which AWS reads it with. */
export class NotJson extends Error {
  override readonly name = 'NotJson'
  /** `[Source: (String)"..."; line: 1, column: 4]`, where it is known. */
  readonly location: string | undefined

  constructor(message: string, location: string | undefined) {
    super(message)
    this.location = location
  }
}

/** @throws NotJson */
export function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw notJson(text, error as SyntaxError)
  }
}

function notJson(text: string, error: SyntaxError): NotJson {
  const at = positionOf(text, error)
  const token = /^[A-Za-z_$][\w$]*/.exec(text.slice(at))?.[0]
  if (token !== undefined)
    return new NotJson(
      `Unrecognized token '${token}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
      sourceAt(text, at + token.length),
    )
  const character = text.charAt(at)
  if (character === '') return new NotJson('Unexpected end-of-input', sourceAt(text, at))
  const expected = /[{,]\s*$/.test(text.slice(0, at))
    ? 'was expecting double-quote to start field name'
    : "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
  return new NotJson(
    `Unexpected character ('${character}' (code ${character.charCodeAt(0)})): ${expected}`,
    sourceAt(text, at + 1),
  )
}

function positionOf(text: string, error: SyntaxError): number {
  const position = /at position (\d+)/.exec(error.message)?.[1]
  if (position !== undefined) return Number(position)
  return /end of JSON input/.test(error.message) ? text.length : text.search(/\S|$/)
}

function sourceAt(text: string, at: number): string {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  return `[Source: (String)"${text}"; line: ${line}, column: ${at - before.lastIndexOf('\n')}]`
}
