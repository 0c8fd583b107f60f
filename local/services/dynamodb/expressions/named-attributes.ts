import { tokenize } from './tokens.ts'

const keywords: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'SET', 'REMOVE', 'ADD', 'DELETE'])

const heads = new Map<string, readonly string[]>()

/** Where an expression's paths begin: names of attributes, and placeholders of names. Reads expressions that are wrong, too. */
export function pathHeads(expression: string): readonly string[] {
  const known = heads.get(expression)
  if (known) return known
  const tokens = tokenize(expression)
  const found = tokens.filter(({ kind, text }, at) => {
    if (tokens[at - 1]?.text === '.') return false
    return kind === 'name' || (kind === 'word' && !keywords.has(text.toUpperCase()) && tokens[at + 1]?.text !== '(')
  })
  const texts = found.map(({ text }) => text)
  if (heads.size >= 1000) heads.clear()
  heads.set(expression, texts)
  return texts
}
