export interface Position {
  readonly Line: number
  readonly Column: number
}

/** Where a statement stands in a policy's text: from its brace to behind the other one, counted from 1. */
export interface Span {
  readonly StartPosition: Position
  readonly EndPosition: Position
}

/** The spans of a policy's statements, in their order: the objects at the depth at which the first of `Statement` begins. */
export function statementSpans(text: string): Span[] {
  const from = /"Statement"\s*:\s*/.exec(text)
  if (!from) return []
  const spans: Span[] = []
  const begin = from.index + from[0].length
  const list = text[begin] === '['
  let depth = 0
  let start = 0
  for (let at = begin; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfText(text, at)
    else if (character === '{' || character === '[') {
      depth += 1
      if (character === '{' && depth === (list ? 2 : 1)) start = at
    } else if (character === '}' || character === ']') {
      if (character === '}' && depth === (list ? 2 : 1))
        spans.push({ StartPosition: positionOf(text, start), EndPosition: positionOf(text, at + 1) })
      depth -= 1
      if (depth === 0) break
    }
  }
  return spans
}

/** Index of the quote that ends the text which begins at the index. */
function endOfText(text: string, begin: number): number {
  let at = begin + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

function positionOf(text: string, index: number): Position {
  const before = text.slice(0, index).split('\n')
  return { Line: before.length, Column: (before.at(-1) ?? '').length + 1 }
}
