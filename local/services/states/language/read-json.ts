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
  if (nestsTooDeep(text))
    throw new NotJson(
      `Document nesting depth (${MAX_NESTING + 1}) exceeds the maximum allowed (${MAX_NESTING})`,
      undefined,
    )
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw notJson(text, error as SyntaxError)
  }
}

/** Jackson's bound (StreamReadConstraints). Deeper values would overflow the stack of whoever walks them. */
const MAX_NESTING = 1_000

function nestsTooDeep(text: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (inString) {
      if (character === BACKSLASH) at += 1
      else if (character === QUOTE) inString = false
    } else if (character === QUOTE) inString = true
    else if (character === OPEN_BRACKET || character === OPEN_BRACE) {
      depth += 1
      if (depth > MAX_NESTING) return true
    } else if (character === CLOSE_BRACKET || character === CLOSE_BRACE) depth -= 1
  }
  return false
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d]

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
