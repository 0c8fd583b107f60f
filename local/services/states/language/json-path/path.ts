import type { Json } from '../json.ts'

/** One step of a path. */
export type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'descendants' }
  | { readonly kind: 'filter'; readonly test: Filter }
  | { readonly kind: 'function'; readonly name: string }

/** A predicate of `[?(...)]`. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'exists'; readonly path: FilterPath }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Operand; readonly right: Operand }

export interface FilterPath {
  /** `@` is the candidate, `$` the document. */
  readonly from: '@' | '$'
  readonly steps: readonly Step[]
}

export type Operand = { readonly path: FilterPath } | { readonly value: Json } | { readonly pattern: RegExp }

export interface JsonPath {
  readonly text: string
  /** `input` for `$`, `context` for `$$`, otherwise the variable's name. */
  readonly root:
    | { readonly kind: 'input' }
    | { readonly kind: 'context' }
    | { readonly kind: 'variable'; readonly name: string }
  readonly steps: readonly Step[]
  /** A definite path names at most one value; an indefinite one gives an array of all matches. */
  readonly definite: boolean
}

export const isDefinite = (steps: readonly Step[]): boolean =>
  steps.every(({ kind }) => kind === 'name' || kind === 'index' || kind === 'function')

/** A path's steps as Jayway's JsonPath, which AWS runs, prints them: `$['a'][0]`. */
export const canonical = (steps: readonly Step[]): string => `$${steps.map(canonicalStep).join('')}`

function canonicalStep(step: Step): string {
  switch (step.kind) {
    case 'name':
      return `['${step.name}']`
    case 'names':
      return `[${step.names.map((name) => `'${name}'`).join(',')}]`
    case 'index':
      return `[${step.index}]`
    case 'indexes':
      return `[${step.indexes.join(',')}]`
    case 'slice':
      return `[${step.from ?? ''}:${step.to ?? ''}]`
    case 'wildcard':
      return '[*]'
    case 'descendants':
      return '..'
    case 'filter':
      return '[?]'
    case 'function':
      return `.${step.name}()`
  }
}
