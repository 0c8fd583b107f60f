import { isReserved } from './reserved-words.ts'
import type { Operand, Step } from './syntax.ts'
import { type Token, tokenize } from './tokens.ts'

/** An expression that cannot be used; the message goes behind `Invalid <parameter>: `. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
}

/** What every grammar shares: a cursor over the tokens, paths, operands, and notes of misuse found on the way. */
export class Parser {
  readonly text: string
  readonly tokens: readonly Token[]
  /** The first word used as an attribute name although reserved. */
  reserved: string | undefined
  position = 0

  constructor(text: string) {
    if (text === '') throw new ExpressionError('The expression can not be empty;')
    this.text = text
    this.tokens = tokenize(text)
  }

  get token(): Token {
    return this.tokens[this.position] as Token
  }

  peek(offset = 1): Token {
    return this.tokens[Math.min(this.position + offset, this.tokens.length - 1)] as Token
  }

  next(): Token {
    const token = this.token
    if (token.kind !== 'end') this.position += 1
    return token
  }

  isSymbol(text: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === text
  }

  isKeyword(word: string): boolean {
    return this.token.kind === 'word' && this.token.text.toUpperCase() === word
  }

  acceptSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false
    this.position += 1
    return true
  }

  acceptKeyword(word: string): boolean {
    if (!this.isKeyword(word)) return false
    this.position += 1
    return true
  }

  expectSymbol(text: string): void {
    if (!this.acceptSymbol(text)) throw this.syntaxError()
  }

  expectEnd(): void {
    if (this.token.kind !== 'end') throw this.syntaxError()
  }

  /** As DynamoDB words it: the token and the text around it, from the token before to the token after. */
  syntaxError(): ExpressionError {
    const before = this.tokens[this.position - 1] ?? this.token
    const near = this.text.slice(before.start, this.peek().end)
    return new ExpressionError(`Syntax error; token: "${this.token.text}", near: "${near}"`)
  }

  commaSeparated<T>(parse: () => T): T[] {
    const elements = [parse()]
    while (this.acceptSymbol(',')) elements.push(parse())
    return elements
  }

  path(): readonly Step[] {
    const steps: Step[] = [this.#attribute()]
    for (;;) {
      if (this.acceptSymbol('.')) steps.push(this.#attribute())
      else if (this.isSymbol('[')) steps.push(this.#index())
      else return steps
    }
  }

  operand(): Operand {
    if (this.token.kind === 'value') return { kind: 'value', placeholder: this.next().text }
    if (this.token.kind === 'word' && this.peek().text === '(') return this.functionCall()
    return { kind: 'path', steps: this.path() }
  }

  functionCall(): Operand & { kind: 'function' } {
    const name = this.next().text
    this.expectSymbol('(')
    const args = this.isSymbol(')') ? [] : this.commaSeparated(() => this.operand())
    this.expectSymbol(')')
    return { kind: 'function', name, args }
  }

  #attribute(): Step {
    if (this.token.kind === 'name') return { placeholder: this.next().text }
    if (this.token.kind !== 'word') throw this.syntaxError()
    const name = this.next().text
    if (isReserved(name)) this.reserved ??= name
    return { name }
  }

  #index(): Step {
    this.expectSymbol('[')
    if (this.token.kind !== 'number') throw this.syntaxError()
    const index = Number(this.next().text)
    this.expectSymbol(']')
    return { index }
  }
}
