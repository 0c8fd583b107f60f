import type { Item, Value } from '../values/value.ts'

/** A document path with its placeholders resolved: names, and numbers for list indexes. */
export type Path = readonly (string | number)[]

export const pathText = (path: Path): string =>
  `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`

export const samePath = (a: Path, b: Path): boolean =>
  a.length === b.length && a.every((step, index) => step === b[index])

export const attributeOf = (item: Item, name: string): Value | undefined =>
  Object.hasOwn(item, name) ? item[name] : undefined

/** What lies at the path, if anything does. */
export function valueAt(item: Item, path: Path): Value | undefined {
  let value = attributeOf(item, path[0] as string)
  for (let index = 1; index < path.length && value; index++) value = child(value, path[index] as string | number)
  return value
}

export function child(value: Value, step: string | number): Value | undefined {
  if (typeof step === 'number') return value.L?.[step]
  return value.M && attributeOf(value.M, step)
}

/** The rule that two of one expression's paths break, if they do. */
export function pathConflict(paths: readonly Path[]): { overlap?: string; conflict?: string } {
  const found: { overlap?: string; conflict?: string } = {}
  for (let last = 1; last < paths.length; last++)
    for (let first = 0; first < last; first++) notePair(paths[first] as Path, paths[last] as Path, found)
  return found
}

function notePair(one: Path, two: Path, found: { overlap?: string; conflict?: string }): void {
  const rule = `must remove or rewrite one of these paths; path one: ${pathText(one)}, path two: ${pathText(two)}`
  const shared = Math.min(one.length, two.length)
  for (let index = 0; index < shared; index++) {
    if (typeof one[index] !== typeof two[index]) {
      found.conflict ??= `Two document paths conflict with each other; ${rule}`
      return
    }
    if (one[index] !== two[index]) return
  }
  found.overlap ??= `Two document paths overlap with each other; ${rule}`
}
