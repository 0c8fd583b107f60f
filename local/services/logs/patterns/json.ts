import {
  type Comparator,
  compareNumbers,
  invalidPattern,
  invalidTerm,
  type Pattern,
  regexOf,
  strangeAt,
  wildcard,
} from './pattern.ts'

type Test = (document: unknown) => boolean

const TOKEN =
  /\s*(?:(\$(?:\.[\w-]+|\[\d+\]|\[\*\]|\.?\["[^"]+"\])+|\$(?!\."))|(&&|\|\||!=|<=|>=|[()=<>])|(?:(IS\s+(?:TRUE|FALSE|NULL)|NOT\s+EXISTS|EXISTS)\b)|"((?:[^"\\]|\\.)*)"|%([^%]+)%|([\w.*+:/@-]+))/y

interface Token {
  readonly kind: 'path' | 'sign' | 'word' | 'text' | 'regex' | 'bare'
  readonly text: string
}

function tokensOf(body: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < body.trimEnd().length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(body)
    if (!match) throw invalidTerm(strangeAt(body, at))
    const [, path, sign, word, text, regex, bare] = match
    if (path !== undefined) tokens.push({ kind: 'path', text: path })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word.replace(/\s+/, ' ') })
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.replace(/\\(.)/g, '$1') })
    else if (regex !== undefined) tokens.push({ kind: 'regex', text: regex })
    else tokens.push({ kind: 'bare', text: bare ?? '' })
  }
  return tokens
}

/** Values at a path such as `$.user.roles[0]` or `$.items[*].id`; empty where there are none. */
function valuesAt(document: unknown, path: string): unknown[] {
  const steps = path.matchAll(/\.([\w-]+)|\[(\d+|\*)\]|\["([^"]+)"\]/g)
  let values = [document]
  for (const [, name, index, quoted] of steps)
    values = values.flatMap((value) => {
      if (index === '*') return Array.isArray(value) ? value : []
      if (index !== undefined) return Array.isArray(value) && Number(index) < value.length ? [value[Number(index)]] : []
      const member = name ?? quoted ?? ''
      const object = typeof value === 'object' && value !== null && !Array.isArray(value)
      return object && Object.hasOwn(value, member) ? [(value as Record<string, unknown>)[member]] : []
    })
  return values
}

function parse(message: string): unknown {
  if (!/^\s*[{[]/.test(message)) return undefined
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}

/** Patterns over JSON messages, such as `{ $.level = "ERROR" && $.latency > 100 }`. Other messages never match. */
export function jsonPattern(source: string): Pattern {
  const body = source.trim().replace(/^\{/, '').replace(/\}$/, '')
  const tokens = tokensOf(body)
  const test = new JsonParser(tokens).parse()
  const paths = tokens.flatMap(({ kind, text }) => (kind === 'path' ? [text] : []))
  return {
    matches(message) {
      const document = parse(message)
      return document !== undefined && test(document)
    },
    extract: (message, selector) => valuesAt(parse(message), selector)[0],
    extracted(message) {
      const document = parse(message)
      const found = paths.map((path) => [path, valuesAt(document, path)[0]] as const)
      return Object.fromEntries(found.flatMap(([path, value]) => (value === undefined ? [] : [[path, told(value)]])))
    },
  }
}

const told = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

class JsonParser {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): Test {
    const test = this.#either()
    if (this.#next < this.#tokens.length) throw invalidPattern()
    return test
  }

  #either(): Test {
    let left = this.#both()
    while (this.#skip('||')) {
      const [a, b] = [left, this.#both()]
      left = (document) => a(document) || b(document)
    }
    return left
  }

  #both(): Test {
    let left = this.#single()
    while (this.#skip('&&')) {
      const [a, b] = [left, this.#single()]
      left = (document) => a(document) && b(document)
    }
    return left
  }

  #single(): Test {
    if (this.#skip('(')) {
      const inner = this.#either()
      if (!this.#skip(')')) throw invalidPattern()
      return inner
    }
    const path = this.#take('path')
    const token = this.#tokens[this.#next]
    this.#next += 1
    if (token?.kind === 'word') return wordTest(path, token.text)
    if (token?.kind !== 'sign' || !['=', '!=', '<', '>', '<=', '>='].includes(token.text)) throw invalidPattern()
    return this.#comparison(path, token.text as Comparator)
  }

  #comparison(path: string, comparator: Comparator): Test {
    const token = this.#tokens[this.#next]
    this.#next += 1
    if (!token || token.kind === 'path' || token.kind === 'sign' || token.kind === 'word') throw invalidPattern()
    const number = token.kind === 'bare' && /^[-+]?\d/.test(token.text) ? Number(token.text) : Number.NaN
    if (!Number.isNaN(number))
      return (document) =>
        valuesAt(document, path).some((value) => typeof value === 'number' && compareNumbers(value, comparator, number))
    if (comparator !== '=' && comparator !== '!=')
      throw invalidTerm(token.kind === 'regex' ? `%${token.text}%` : `"${token.text}"`)
    const expression = token.kind === 'regex' ? regexOf(token.text) : wildcard(token.text)
    // A quoted text is compared with texts alone, a bare one with numbers too, as they are written (seen on AWS).
    const bare = token.kind === 'bare'
    return (document) =>
      valuesAt(document, path).some((value) => {
        if (typeof value !== 'string' && !(bare && typeof value === 'number')) return false
        return expression.test(String(value)) === (comparator === '=')
      })
  }

  #skip(sign: string): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'sign' || token.text !== sign) return false
    this.#next += 1
    return true
  }

  #take(kind: Token['kind']): string {
    const token = this.#tokens[this.#next]
    if (token?.kind !== kind) throw invalidPattern()
    this.#next += 1
    return token.text
  }
}

function wordTest(path: string, word: string): Test {
  switch (word) {
    case 'IS TRUE':
      return (document) => valuesAt(document, path).includes(true)
    case 'IS FALSE':
      return (document) => valuesAt(document, path).includes(false)
    case 'IS NULL':
      return (document) => valuesAt(document, path).includes(null)
    case 'NOT EXISTS':
      return (document) => valuesAt(document, path).length === 0
    default:
      return (document) => valuesAt(document, path).length > 0
  }
}
