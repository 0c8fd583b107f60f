/**
 * Content filters, typed on the JSON that travels. They become an SNS filter policy (scope MessageBody) or an EventBridge
 * pattern, so only what both languages decide alike can be said: members on the way to a scalar are objects, never arrays.
 * A filter sees the published version, before any upcast.
 */
type Scalar = string | number | boolean | null

type Condition<T extends Scalar> =
  | T
  | { readonly exists: boolean }
  | ([Extract<T, string>] extends [never]
      ? never
      : { readonly prefix: string } | { readonly suffix: string } | { readonly 'equals-ignore-case': string })
  | ([Extract<T, number>] extends [never] ? never : { readonly numeric: NumericRange })

type Comparison = '<' | '<=' | '=' | '>' | '>='
type NumericRange = readonly [Comparison, number] | readonly [Comparison, number, Comparison, number]

/** Fields that must all match; of a field's list at least one condition must. */
export type Where<T> = {
  readonly [K in keyof T]?: [NonNullable<T[K]>] extends [never]
    ? never
    : [T[K]] extends [Scalar | undefined]
      ? readonly Condition<Exclude<T[K], undefined>>[]
      : [NonNullable<T[K]>] extends [readonly unknown[]]
        ? { 'error: a filter cannot look into arrays': K }
        : Where<NonNullable<T[K]>>
}

/** The filter as JSON: lists of conditions at the ends of paths of objects. */
export type Filter = { readonly [field: string]: Filter | readonly FilterCondition[] }
export type FilterCondition = Scalar | { readonly [operator: string]: unknown }

/**
 * https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html: whether only outermost keys count has
 * changed there from version to version, so all of ours do. A nested key's values count once per level.
 */
const MAX_KEYS = 5
const MAX_COMBINATIONS = 150
/** Levels above the data in an event on a topic: `detail`, `data`. */
const LEVELS_ABOVE = 2

/** What breaks SNS's limits, which are the tighter ones. Empty for a filter that fits. */
export function filterProblems(filter: Filter): readonly string[] {
  const leaves = leavesOf(filter, [])
  const combinations = leaves.reduce((product, leaf) => product * leaf.depth * leaf.conditions.length, 1)
  return [
    ...leaves.filter((leaf) => leaf.conditions.length === 0).map((leaf) => `'${leaf.path}' lists no condition`),
    ...(leaves.length > MAX_KEYS ? [`${leaves.length} fields, SNS allows ${MAX_KEYS} in a filter`] : []),
    ...(combinations > MAX_COMBINATIONS
      ? [
          `${combinations} combinations (levels times conditions of each field, multiplied), SNS allows ${MAX_COMBINATIONS}`,
        ]
      : []),
  ]
}

/** The filter under the place where a message carries its data; both AWS languages take this form. */
export function under(path: readonly string[], filter: Filter): Filter {
  return path.reduceRight<Filter>((inner, field) => ({ [field]: inner }), filter)
}

function leavesOf(
  filter: Filter,
  path: readonly string[],
): { path: string; depth: number; conditions: readonly unknown[] }[] {
  return Object.entries(filter).flatMap(([field, inner]) => {
    const here = [...path, field]
    return isConditions(inner)
      ? [{ path: here.join('.'), depth: here.length + LEVELS_ABOVE, conditions: inner }]
      : leavesOf(inner, here)
  })
}

const isConditions = (inner: Filter | readonly FilterCondition[]): inner is readonly FilterCondition[] =>
  Array.isArray(inner)
