/** A wildcard pattern in parts: between each two of them any text may stand. */
export type Wildcard = readonly string[]

/** Parses `*` and its escapes `\*` and `\\`, or tells what is wrong. Positions count the bytes of the quoted pattern. */
export function parseWildcard(pattern: string): Wildcard | { readonly refused: string } {
  const parts: string[] = []
  let part = ''
  let byte = 1
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] as string
    if (character === '*') {
      if (pattern[index + 1] === '*') return { refused: `Consecutive wildcard characters at pos ${byte}` }
      parts.push(part)
      part = ''
    } else if (character === '\\') {
      const next = pattern[index + 1]
      if (next !== '*' && next !== '\\') return { refused: `Invalid escape character at pos ${byte}` }
      part += next
      index += 1
      byte += 1
    } else part += character
    byte += Buffer.byteLength(character)
  }
  return [...parts, part]
}

/** Whether the whole text fits the pattern. Linear: each part is taken at its first place. */
export function matchesWildcard(parts: Wildcard, text: string): boolean {
  const first = parts[0] as string
  if (parts.length === 1) return text === first
  const last = parts[parts.length - 1] as string
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  const end = text.length - last.length
  for (let index = 1; index < parts.length - 1; index++) {
    const part = parts[index] as string
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
