import { NotSimulated } from '../../../errors.ts'
import { invalid } from '../errors.ts'
import type { Wording } from '../values/tally.ts'
import type { Item } from '../values/value.ts'
import { bindCondition, type Test } from './condition.ts'
import { parseCondition } from './condition-parser.ts'
import { bindKeyConditions, type KeyTest } from './key-condition.ts'
import { ExpressionError } from './parser.ts'
import type { Path } from './path.ts'
import { Placeholders } from './placeholders.ts'
import { bindProjection, parseProjection } from './projection.ts'
import { type BoundUpdate, bindUpdate } from './update.ts'
import { parseUpdate } from './update-parser.ts'

const MAX_EXPRESSION_BYTES = 4096

/** Parsed expressions are kept by their text: most programs use few. */
class ParseCache<T> {
  readonly #parsed = new Map<string, T>()
  readonly #parse: (text: string) => T
  readonly #tellsSize: boolean

  /** `tellsSize`: whether an expression that is too long is told its length. */
  constructor(parse: (text: string) => T, { tellsSize = true } = {}) {
    this.#parse = parse
    this.#tellsSize = tellsSize
  }

  get(text: string): T {
    const known = this.#parsed.get(text)
    if (known !== undefined) return known
    const bytes = Buffer.byteLength(text)
    if (bytes > MAX_EXPRESSION_BYTES)
      throw new ExpressionError(
        `Expression size has exceeded the maximum allowed size;${this.#tellsSize ? ` expression size: ${bytes}` : ''}`,
      )
    const parsed = this.#parse(text)
    if (this.#parsed.size >= 1000) this.#parsed.clear()
    this.#parsed.set(text, parsed)
    return parsed
  }
}

const conditions = new ParseCache(parseCondition)
const updates = new ParseCache(parseUpdate, { tellsSize: false })
const projections = new ParseCache(parseProjection)

interface ExpressionInput {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined
  readonly ExpressionAttributeValues?: Item | undefined
}

/** The expressions of one request, which share their placeholders. Call `finish` when all are bound. */
export class RequestExpressions {
  readonly #placeholders: Placeholders

  constructor(input: ExpressionInput, wording: Wording) {
    this.#placeholders = new Placeholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues, wording)
  }

  condition(text: string | undefined): Test | undefined {
    if (text === undefined) return undefined
    return explained('ConditionExpression', () => bindCondition(conditions.get(text), this.#placeholders))
  }

  /** A filter, with the names of the attributes that it looks at. */
  filter(text: string | undefined): { test: Test; attributes: ReadonlySet<string> } | undefined {
    if (text === undefined) return undefined
    this.#placeholders.takeAttributes()
    const test = explained('FilterExpression', () => bindCondition(conditions.get(text), this.#placeholders))
    return { test, attributes: this.#placeholders.takeAttributes() }
  }

  keyConditions(text: string): ReadonlyMap<string, KeyTest> {
    return explained('KeyConditionExpression', () => bindKeyConditions(conditions.get(text), this.#placeholders))
  }

  update(text: string | undefined): BoundUpdate | undefined {
    if (text === undefined) return undefined
    return explained('UpdateExpression', () => bindUpdate(updates.get(text), this.#placeholders))
  }

  projection(text: string | undefined): readonly Path[] | undefined {
    if (text === undefined) return undefined
    return explained('ProjectionExpression', () => bindProjection(projections.get(text), this.#placeholders))
  }

  /** @throws AwsError where a placeholder is not used */
  finish(): void {
    this.#placeholders.checkAllUsed()
  }
}

function explained<T>(parameter: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof ExpressionError) throw invalid(`Invalid ${parameter}: ${error.message}`)
    throw error
  }
}

/**
 * The rules of which parameters go together. The legacy ones are known, so that mixing is told in DynamoDB's words,
 * but alone they are refused.
 */
export function checkExpressionParameters<I extends ExpressionInput>(
  input: I,
  expressions: readonly (keyof I & string)[],
  legacy: readonly (keyof I & string)[],
): void {
  const given = expressions.filter((name) => input[name] !== undefined)
  const old = legacy.filter((name) => input[name] !== undefined)
  if (given.length > 0 && old.length > 0)
    throw invalid(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${old.join(', ')}} Expression parameters: {${given.join(', ')}}`,
    )
  if (old[0] !== undefined)
    throw new NotSimulated(`DynamoDB's legacy parameter ${old[0]}`, `Use ${expressions.join(' or ')}.`)
  if (input.ExpressionAttributeNames !== undefined && given.length === 0)
    throw invalid('ExpressionAttributeNames can only be specified when using expressions')
  const takingValues = expressions.filter((name) => name !== 'ProjectionExpression')
  if (input.ExpressionAttributeValues === undefined || takingValues.some((name) => input[name] !== undefined)) return
  const rule = 'ExpressionAttributeValues can only be specified when using expressions'
  if (!takingValues.includes('FilterExpression' as (typeof takingValues)[number])) throw invalid(rule)
  throw invalid(`${rule}: ${takingValues.join(' and ')} ${takingValues.length > 1 ? 'are' : 'is'} null`)
}
