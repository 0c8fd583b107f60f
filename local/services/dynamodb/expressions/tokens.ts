export type TokenKind = 'word' | 'name' | 'value' | 'number' | 'symbol' | 'end' | 'other'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly start: number
  readonly end: number
}

const pattern =
  /[ \t\r\n]*(?:([a-zA-Z][a-zA-Z0-9_]*)|(#[a-zA-Z0-9_]+)|(:[a-zA-Z0-9_]+)|([0-9]+)|(<>|<=|>=|[()[\],.=<>+-])|([^ \t\r\n]))/y

const kinds: readonly TokenKind[] = ['word', 'name', 'value', 'number', 'symbol', 'other']

/** The expression's tokens, ended by one of kind `end`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const group = match.findIndex((part, index) => index > 0 && part !== undefined)
    const token = match[group] as string
    tokens.push({
      kind: kinds[group - 1] as TokenKind,
      text: token,
      start: pattern.lastIndex - token.length,
      end: pattern.lastIndex,
    })
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: text.length, end: text.length })
  return tokens
}
