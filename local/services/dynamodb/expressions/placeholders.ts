import { AwsError } from '../../../errors.ts'
import { invalid } from '../errors.ts'
import { checkedValue, checkNestedNames, nameFault } from '../values/check.ts'
import { newTally, type Tally, type Wording } from '../values/tally.ts'
import type { Item, Value } from '../values/value.ts'
import type { Path } from './path.ts'
import type { Step } from './syntax.ts'

const nameKey = /^#[0-9a-zA-Z_]+$/
const valueKey = /^:[0-9a-zA-Z_]+$/

/** A request's ExpressionAttributeNames and ExpressionAttributeValues, and which of them its expressions use. */
export class Placeholders {
  readonly #names: Readonly<Record<string, string>>
  readonly #values: Item = {}
  readonly #sizes = new Map<string, number>()
  readonly #unusedNames: Set<string>
  readonly #unusedValues: Set<string>
  /** First placeholder that was asked for and is not defined, as a message. */
  undefinedName: string | undefined
  undefinedValue: string | undefined
  firstUndefined: string | undefined
  #attributes = new Set<string>()

  /** @throws AwsError where the maps break a rule of their own */
  constructor(
    names: Readonly<Record<string, string>> | undefined,
    values: Readonly<Item> | undefined,
    wording: Wording,
  ) {
    this.#names = names ?? {}
    this.#unusedNames = checkedKeys('ExpressionAttributeNames', names, nameKey)
    for (const key of this.#unusedNames) {
      const fault = nameFault(names?.[key] as string)
      if (fault !== undefined) throw invalid(`ExpressionAttributeNames contains invalid value: ${fault} for key ${key}`)
    }
    this.#unusedValues = checkedKeys('ExpressionAttributeValues', values, valueKey)
    for (const key of this.#unusedValues) {
      const tally = newTally(wording)
      this.#values[key] = checkedOperand(key, values?.[key] as Value, tally)
      this.#sizes.set(key, tally.size)
    }
  }

  path(steps: readonly Step[]): Path {
    const path = steps.map((step) =>
      'index' in step ? step.index : 'name' in step ? step.name : this.#name(step.placeholder),
    )
    this.#attributes.add(path[0] as string)
    return path
  }

  /** Names of the attributes that paths were resolved to since the last time. */
  takeAttributes(): ReadonlySet<string> {
    const attributes = this.#attributes
    this.#attributes = new Set()
    return attributes
  }

  /** The value behind `:placeholder`; a null where it is not defined, which is noted. */
  value(placeholder: string): Value {
    const value = this.#values[placeholder]
    if (value) {
      this.#unusedValues.delete(placeholder)
      return value
    }
    this.undefinedValue ??= `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`
    this.firstUndefined ??= this.undefinedValue
    return { NULL: true }
  }

  /** Bytes of the value behind `:placeholder`. */
  size(placeholder: string): number {
    return this.#sizes.get(placeholder) ?? 0
  }

  #name(placeholder: string): string {
    const name = this.#names[placeholder]
    if (name !== undefined) {
      this.#unusedNames.delete(placeholder)
      return name
    }
    this.undefinedName ??= `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`
    this.firstUndefined ??= this.undefinedName
    return placeholder
  }

  /** To be called when every expression of the request is bound. */
  checkAllUsed(): void {
    if (this.#unusedNames.size > 0) throw unused('Names', this.#unusedNames)
    if (this.#unusedValues.size > 0) throw unused('Values', this.#unusedValues)
  }
}

function checkedKeys(
  parameter: string,
  map: Readonly<Record<string, unknown>> | undefined,
  pattern: RegExp,
): Set<string> {
  if (map === undefined) return new Set()
  const keys = Object.keys(map)
  if (keys.length === 0) throw invalid(`${parameter} must not be empty`)
  for (const key of keys)
    if (!pattern.test(key)) throw invalid(`${parameter} contains invalid key: Syntax error; key: "${key}"`)
  return new Set(keys)
}

function checkedOperand(key: string, value: Value, tally: Tally): Value {
  try {
    const checked = checkedValue(value, tally)
    checkNestedNames(tally)
    return checked
  } catch (error) {
    if (tally.wording === 'current' || !(error instanceof AwsError)) throw error
    throw invalid(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`)
  }
}

const unused = (which: 'Names' | 'Values', keys: ReadonlySet<string>) =>
  invalid(`Value provided in ExpressionAttribute${which} unused in expressions: keys: {${[...keys].join(', ')}}`)
