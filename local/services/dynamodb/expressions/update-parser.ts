import { ExpressionError, Parser } from './parser.ts'
import type { Operand, SetValue, Step, Update } from './syntax.ts'

const functionNames: ReadonlySet<string> = new Set(['if_not_exists', 'list_append'])

/** Functions that only conditions may use. */
const conditionFunctions: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
])

const wrongFunction = (name: string): string =>
  conditionFunctions.has(name)
    ? `The function is not allowed in an update expression; function: ${name}`
    : `Invalid function name; function: ${name}`

type Assignment<V> = { readonly path: readonly Step[]; readonly value: V }

/**
 * Reads an update.
 * @throws ExpressionError on bad syntax and on misuse that does not depend on the placeholders, in DynamoDB's order
 */
export function parseUpdate(text: string): Update {
  const parser = new UpdateParser(text)
  return parser.update()
}

class UpdateParser extends Parser {
  readonly #sections = new Set<string>()
  #repeated: string | undefined
  #unknown: string | undefined
  #misused: string | undefined
  #set: Assignment<SetValue>[] = []
  #remove: (readonly Step[])[] = []
  #add: Assignment<Operand>[] = []
  #delete: Assignment<Operand>[] = []

  update(): Update {
    do this.#section()
    while (this.token.kind !== 'end')
    this.#checkMisuse()
    return { set: this.#set, remove: this.#remove, add: this.#add, delete: this.#delete }
  }

  #section(): void {
    const word = this.token.kind === 'word' ? this.token.text.toUpperCase() : ''
    if (word !== 'SET' && word !== 'REMOVE' && word !== 'ADD' && word !== 'DELETE') throw this.syntaxError()
    this.next()
    if (this.#sections.has(word)) this.#repeated ??= word
    this.#sections.add(word)
    if (word === 'SET') this.#set.push(...this.commaSeparated(() => this.#assignment()))
    else if (word === 'REMOVE') this.#remove.push(...this.commaSeparated(() => this.path()))
    else if (word === 'ADD') this.#add.push(...this.commaSeparated(() => this.#pair()))
    else this.#delete.push(...this.commaSeparated(() => this.#pair()))
  }

  #assignment(): Assignment<SetValue> {
    const path = this.path()
    this.expectSymbol('=')
    return { path, value: this.#setValue() }
  }

  #pair(): Assignment<Operand> {
    const path = this.path()
    if (this.token.kind !== 'value') throw this.syntaxError()
    return { path, value: this.operand() }
  }

  #setValue(): SetValue {
    if (this.isSymbol('(')) return this.#parenthesized()
    const left = this.#setOperand()
    const operator = this.token.text
    if (operator !== '+' && operator !== '-') return left
    this.next()
    return { kind: 'sum', operator, left, right: this.#setOperand() }
  }

  #parenthesized(): SetValue {
    this.expectSymbol('(')
    const value = this.#setValue()
    this.expectSymbol(')')
    const operator = this.token.text
    if ((operator !== '+' && operator !== '-') || value.kind === 'sum') return value
    this.next()
    return { kind: 'sum', operator, left: value, right: this.#setOperand() }
  }

  #setOperand(): Operand {
    if (this.acceptSymbol('(')) {
      const operand = this.#setOperand()
      this.expectSymbol(')')
      return operand
    }
    const operand = this.operand()
    this.#checkFunction(operand)
    return operand
  }

  #checkFunction(operand: Operand): void {
    if (operand.kind !== 'function') return
    if (!functionNames.has(operand.name)) this.#unknown ??= operand.name
    for (const argument of operand.args) {
      this.#checkFunction(argument)
      if (operand.name === 'list_append' && argument.kind === 'function' && argument.name === 'list_append')
        this.#misused ??= argument.name
    }
  }

  #checkMisuse(): void {
    if (this.reserved !== undefined)
      throw new ExpressionError(`Attribute name is a reserved keyword; reserved keyword: ${this.reserved}`)
    if (this.#unknown !== undefined) throw new ExpressionError(wrongFunction(this.#unknown))
    if (this.#misused !== undefined)
      throw new ExpressionError(
        `The function is not allowed to be used this way in an expression; function: ${this.#misused}`,
      )
    if (this.#repeated !== undefined)
      throw new ExpressionError(`The "${this.#repeated}" section can only be used once in an update expression;`)
  }
}
