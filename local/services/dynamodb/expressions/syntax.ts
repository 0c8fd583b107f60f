/** A step of a document path as written: an attribute's name, a placeholder of one, or a list index. */
export type Step = { readonly name: string } | { readonly placeholder: string } | { readonly index: number }

export type Operand =
  | { readonly kind: 'path'; readonly steps: readonly Step[] }
  | { readonly kind: 'value'; readonly placeholder: string }
  | FunctionCall

export interface FunctionCall {
  readonly kind: 'function'
  readonly name: string
  readonly args: readonly Operand[]
}

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>='

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | {
      readonly kind: 'compare'
      readonly comparator: Comparator
      readonly left: Operand
      readonly right: Operand
    }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | FunctionCall

/** The right side of an assignment. */
export type SetValue =
  | Operand
  | { readonly kind: 'sum'; readonly operator: '+' | '-'; readonly left: Operand; readonly right: Operand }

export interface Update {
  readonly set: readonly { readonly path: readonly Step[]; readonly value: SetValue }[]
  readonly remove: readonly (readonly Step[])[]
  readonly add: readonly { readonly path: readonly Step[]; readonly value: Operand }[]
  readonly delete: readonly { readonly path: readonly Step[]; readonly value: Operand }[]
}
