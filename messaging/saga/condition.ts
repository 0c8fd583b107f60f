import { expression, pathOf, type Ref } from './reference.ts'

/** When a choice takes its first way. */
export interface Condition {
  /** JSONata that answers true or false. */
  readonly expression: string
  /** The variables that it asks. */
  readonly variables: readonly string[]
}

type Scalar = string | number | boolean

export const equals = <T extends Scalar>(ref: Ref<T>, value: NoInfer<T>): Condition => comparison(ref, '=', value)
export const moreThan = (ref: Ref<number>, value: number): Condition => comparison(ref, '>', value)
export const atLeast = (ref: Ref<number>, value: number): Condition => comparison(ref, '>=', value)
export const lessThan = (ref: Ref<number>, value: number): Condition => comparison(ref, '<', value)
/** It is there and not null: an optional member, or the answer of a step that a choice may have left out. */
export const isGiven = (ref: Ref<unknown>): Condition => {
  const { text, variables } = read(ref)
  return { expression: `$exists(${text}) and ${text} != null`, variables }
}

export const not = (condition: Condition): Condition => ({
  ...condition,
  expression: `$not(${condition.expression})`,
})
export const allOf = (...conditions: readonly Condition[]): Condition => joined(conditions, 'and')
export const anyOf = (...conditions: readonly Condition[]): Condition => joined(conditions, 'or')

function comparison(ref: Ref<Scalar>, operator: string, value: Scalar): Condition {
  const { text, variables } = read(ref)
  return { expression: `${text} ${operator} ${JSON.stringify(value)}`, variables }
}

function read(ref: Ref<unknown>): { text: string; variables: readonly string[] } {
  const path = pathOf(ref)
  if (!path) throw new TypeError('a condition asks a reference, such as `input.total`')
  return { text: expression(path), variables: path.slice(0, 1) }
}

const joined = (conditions: readonly Condition[], operator: 'and' | 'or'): Condition => ({
  expression: conditions.map((condition) => `(${condition.expression})`).join(` ${operator} `),
  variables: conditions.flatMap(({ variables }) => variables),
})
