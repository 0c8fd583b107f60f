import { AwsError } from '../../../errors.ts'

/** A parsed metric math expression. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'negative'; readonly of: Expression }

export const mathError = (expression: string, reason: string): AwsError =>
  new AwsError('ValidationError', `Error in expression '${expression}': ${reason}`, { status: 400 })

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_][\w]*)|"([^"]*)"|'([^']*)'|(\|\||&&|[<>=!]=|[-+*/^<>(),[\]]))/y

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'sign' | 'end'
  readonly text: string
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.trimEnd().length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(source)
    if (!match) throw mathError(source, `Unexpected character at ${at + 1}.`)
    const [, number, name, double, single, sign] = match
    if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (name !== undefined) tokens.push(wordToken(name))
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign })
    else tokens.push({ kind: 'text', text: double ?? single ?? '' })
  }
  tokens.push({ kind: 'end', text: '' })
  return tokens
}

const wordToken = (name: string): Token =>
  name === 'AND'
    ? { kind: 'sign', text: '&&' }
    : name === 'OR'
      ? { kind: 'sign', text: '||' }
      : { kind: 'name', text: name }

/** Binary operators, loosest first. */
const LEVELS = [['||'], ['&&'], ['==', '!=', '<', '>', '<=', '>='], ['+', '-'], ['*', '/'], ['^']] as const

class Parser {
  readonly #source: string
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(source: string) {
    this.#source = source
    this.#tokens = tokensOf(source)
  }

  parse(): Expression {
    const expression = this.#binary(0)
    if (this.#peek().kind !== 'end') throw this.#unexpected()
    return expression
  }

  #binary(level: number): Expression {
    const operators: readonly string[] | undefined = LEVELS[level]
    if (!operators) return this.#unary()
    let left = this.#binary(level + 1)
    while (this.#peek().kind === 'sign' && operators.includes(this.#peek().text)) {
      const operator = this.#take().text
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) }
    }
    return left
  }

  #unary(): Expression {
    if (this.#skip('-')) return { kind: 'negative', of: this.#unary() }
    if (this.#skip('(')) {
      const inner = this.#binary(0)
      this.#expect(')')
      return inner
    }
    if (this.#skip('[')) return { kind: 'call', name: 'ARRAY', args: this.#list(']') }
    const token = this.#take()
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) }
    if (token.kind === 'text') return { kind: 'text', value: token.text }
    if (token.kind !== 'name') throw this.#unexpected(token)
    return this.#skip('(')
      ? { kind: 'call', name: token.text, args: this.#list(')') }
      : { kind: 'name', name: token.text }
  }

  #list(end: string): Expression[] {
    const elements: Expression[] = []
    if (this.#skip(end)) return elements
    do elements.push(this.#binary(0))
    while (this.#skip(','))
    this.#expect(end)
    return elements
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token
  }

  #take(): Token {
    const token = this.#peek()
    this.#next += 1
    return token
  }

  #skip(sign: string): boolean {
    const { kind, text } = this.#peek()
    if (kind !== 'sign' || text !== sign) return false
    this.#next += 1
    return true
  }

  #expect(sign: string): void {
    if (!this.#skip(sign)) throw this.#unexpected()
  }

  #unexpected(token = this.#peek()): AwsError {
    return mathError(this.#source, token.kind === 'end' ? 'It ends too early.' : `Unexpected '${token.text}'.`)
  }
}

/** @throws AwsError ValidationError that quotes the expression */
export const parseMath = (source: string): Expression => new Parser(source).parse()

/** Ids of the queries that the expression reads; `METRICS` reads them all. */
export function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'name':
      return [expression.name]
    case 'call':
      return expression.args.flatMap(namesIn)
    case 'binary':
      return [...namesIn(expression.left), ...namesIn(expression.right)]
    case 'negative':
      return namesIn(expression.of)
    default:
      return []
  }
}
