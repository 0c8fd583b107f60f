import { ExpressionError, Parser } from './parser.ts'
import type { Comparator, Condition, FunctionCall, Operand } from './syntax.ts'

const comparators: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>='])

const functionNames: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
])

const REDUNDANT = 'The expression has redundant parentheses;'

/**
 * Reads a condition, filter or key condition.
 * @throws ExpressionError on bad syntax and on misuse that does not depend on the placeholders, in DynamoDB's order
 */
export function parseCondition(text: string): Condition {
  const parser = new ConditionParser(text)
  const condition = parser.disjunction()
  parser.expectEnd()
  parser.checkMisuse(condition)
  return condition
}

/** Functions that only updates may use. */
const updateFunctions: ReadonlySet<string> = new Set(['if_not_exists', 'list_append'])

/** Operands of IN, the first among them (recorded by alternator's tests; the developer guide counts the list alone). */
const MAX_IN_OPERANDS = 100

/** Operators that an expression may have: comparisons, AND, OR, NOT, BETWEEN and IN; functions and parentheses are none. */
const MAX_OPERATORS = 300

const wrongFunction = (name: string): string =>
  updateFunctions.has(name)
    ? `The function is not allowed in a condition expression; function: ${name}`
    : `Invalid function name; function: ${name}`

class ConditionParser extends Parser {
  #operators = 0
  #depth = 0
  #redundant = false
  #unknown: string | undefined
  #misused: string | undefined
  #operands: number | undefined

  disjunction(): Condition {
    let left = this.#conjunction()
    while (this.#acceptOperator('OR')) left = { kind: 'or', left, right: this.#conjunction() }
    return left
  }

  checkMisuse(whole: Condition): void {
    this.#checkBare(whole)
    if (this.#redundant) throw new ExpressionError(REDUNDANT)
    if (this.#unknown !== undefined) throw new ExpressionError(wrongFunction(this.#unknown))
    if (this.#misused !== undefined)
      throw new ExpressionError(
        `The function is not allowed to be used this way in an expression; function: ${this.#misused}`,
      )
    if (this.#operands !== undefined)
      throw new ExpressionError(
        `The IN operator is provided with too many operands; number of operands: ${this.#operands}`,
      )
    if (this.reserved !== undefined)
      throw new ExpressionError(`Attribute name is a reserved keyword; reserved keyword: ${this.reserved}`)
  }

  #conjunction(): Condition {
    let left = this.#negation()
    while (this.#acceptOperator('AND')) left = { kind: 'and', left, right: this.#negation() }
    return left
  }

  #negation(): Condition {
    if (this.#acceptOperator('NOT')) return { kind: 'not', condition: this.#negation() }
    if (this.isSymbol('(') && !this.#parenthesesHoldOperand()) return this.#parenthesized(() => this.disjunction())
    return this.#test()
  }

  #parenthesized<T>(parse: () => T): T {
    const opening = this.position
    this.expectSymbol('(')
    this.#depth += 1
    // Parentheses this deep within each other cannot each hold an operator.
    if (this.#depth > MAX_OPERATORS + 1) throw this.#tooDeep(opening)
    const inner = parse()
    this.#depth -= 1
    const closing = this.position
    this.expectSymbol(')')
    if (this.tokens[opening + 1]?.text === '(' && this.#closing(opening + 1) === closing - 1) this.#redundant = true
    return inner
  }

  #tooDeep(opening: number): ExpressionError {
    if (this.#closing(opening) < this.tokens.length) return new ExpressionError(REDUNDANT)
    this.position = this.tokens.length - 1
    return this.syntaxError()
  }

  #acceptOperator(word: string): boolean {
    if (!this.acceptKeyword(word)) return false
    this.#countOperator()
    return true
  }

  #countOperator(): void {
    this.#operators += 1
    if (this.#operators > MAX_OPERATORS)
      throw new ExpressionError(`The expression contains too many operators; operator count: ${this.#operators}`)
  }

  /** Whether what stands in the parentheses ahead is compared with something. */
  #parenthesesHoldOperand(): boolean {
    const after = this.tokens[this.#closing(this.position) + 1]
    if (!after) return false
    return comparators.has(after.text) || /^(between|in)$/i.test(after.text)
  }

  /** Position of the parenthesis that closes the one at `opening`. */
  #closing(opening: number): number {
    let depth = 0
    for (let index = opening; index < this.tokens.length; index++) {
      const token = this.tokens[index]
      if (token?.text === '(') depth += 1
      else if (token?.text === ')' && --depth === 0) return index
    }
    return this.tokens.length
  }

  #test(): Condition {
    const left = this.#comparand()
    const comparator = this.token.text
    if (comparators.has(comparator)) {
      this.next()
      this.#countOperator()
      return this.#compared({ kind: 'compare', comparator: comparator as Comparator, left, right: this.#comparand() })
    }
    if (this.#acceptOperator('BETWEEN')) return this.#between(left)
    if (this.#acceptOperator('IN')) return this.#in(left)
    if (left.kind !== 'function') throw this.syntaxError()
    this.#checkFunction(left)
    return left
  }

  #between(operand: Operand): Condition {
    const low = this.#comparand()
    if (!this.acceptKeyword('AND')) throw this.syntaxError()
    return this.#compared({ kind: 'between', operand, low, high: this.#comparand() })
  }

  #in(operand: Operand): Condition {
    this.expectSymbol('(')
    const candidates = this.commaSeparated(() => this.#comparand())
    this.expectSymbol(')')
    if (candidates.length + 1 > MAX_IN_OPERANDS) this.#operands ??= candidates.length + 1
    return this.#compared({ kind: 'in', operand, candidates })
  }

  #comparand(): Operand {
    return this.isSymbol('(') ? this.#parenthesized(() => this.#comparand()) : this.operand()
  }

  #compared(condition: Condition): Condition {
    const operands =
      condition.kind === 'compare'
        ? [condition.left, condition.right]
        : condition.kind === 'between'
          ? [condition.operand, condition.low, condition.high]
          : condition.kind === 'in'
            ? [condition.operand, ...condition.candidates]
            : []
    for (const operand of operands) this.#checkOperand(operand)
    return condition
  }

  #checkOperand(operand: Operand): void {
    if (operand.kind !== 'function') return
    this.#checkFunction(operand)
    if (operand.name !== 'size' && functionNames.has(operand.name)) this.#misused ??= operand.name
  }

  #checkFunction(call: FunctionCall): void {
    if (!functionNames.has(call.name)) this.#unknown ??= call.name
    for (const argument of call.args) this.#checkOperand(argument)
  }

  /** `size` gives a number, which is no condition by itself. */
  #checkBare(condition: Condition): void {
    if (condition.kind === 'function' && condition.name === 'size') this.#misused ??= 'size'
    if (condition.kind === 'not') this.#checkBare(condition.condition)
    if (condition.kind === 'and' || condition.kind === 'or') {
      this.#checkBare(condition.left)
      this.#checkBare(condition.right)
    }
  }
}
