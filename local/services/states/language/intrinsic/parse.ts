import { Cursor } from '../cursor.ts'
import type { Json } from '../json.ts'
import { parsePath } from '../json-path/parse.ts'
import type { JsonPath } from '../json-path/path.ts'

/** A call of an intrinsic function, or one of its arguments. */
export type Intrinsic =
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Intrinsic[] }
  | { readonly kind: 'path'; readonly path: JsonPath }
  /** `raw` still has its backslashes: States.Format tells `\{` from `{`. */
  | { readonly kind: 'text'; readonly raw: string }
  | { readonly kind: 'value'; readonly value: Json }

const cache = new Map<string, Intrinsic>()

/** Reads `States.Name(argument, ...)`. @throws SyntaxError */
export function parseIntrinsic(text: string): Intrinsic {
  const known = cache.get(text)
  if (known) return known
  const cursor = new Cursor(text)
  cursor.skipSpace()
  const call = parseCall(cursor)
  cursor.skipSpace()
  if (!call || !cursor.done) throw new SyntaxError(`${text} is not a call of an intrinsic function`)
  cache.set(text, call)
  return call
}

function parseCall(cursor: Cursor): Intrinsic | undefined {
  const name = cursor.match(/States\.[A-Za-z0-9]+/)
  if (name === undefined) return undefined
  cursor.expect('(')
  const found: Intrinsic[] = []
  if (!cursor.take(')')) {
    do {
      cursor.skipSpace()
      found.push(parseArgument(cursor))
      cursor.skipSpace()
    } while (cursor.take(','))
    cursor.expect(')')
  }
  return { kind: 'call', name, arguments: found }
}

function parseArgument(cursor: Cursor): Intrinsic {
  if (cursor.next === "'") return { kind: 'text', raw: parseText(cursor) }
  if (cursor.next === '$') return { kind: 'path', path: parsePath(takePath(cursor)) }
  const call = parseCall(cursor)
  if (call) return call
  const literal = cursor.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/)
  if (literal === undefined) throw new SyntaxError(`Expected an argument at position ${cursor.at} of ${cursor.text}`)
  return { kind: 'value', value: JSON.parse(literal) }
}

function parseText(cursor: Cursor): string {
  const quoted = cursor.match(/'(?:\\[\s\S]|[^'\\])*'/)
  if (quoted === undefined) throw new SyntaxError(`A text does not end in ${cursor.text}`)
  return quoted.slice(1, -1)
}

/** A path ends at the comma or parenthesis that is outside its brackets. */
function takePath(cursor: Cursor): string {
  const path = cursor.match(/\$(?:\[(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^\]'"])*\]|[^,()[\]\s])*(?:\(\))?/)
  if (path === undefined) throw new SyntaxError(`Expected a path at position ${cursor.at} of ${cursor.text}`)
  return path
}
