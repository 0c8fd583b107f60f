import type { FieldValue, Membership } from './event-fields.ts'

/** Up to so many values are as fast looked through as looked up. */
const FEW = 8

/** Values by the elements of arrays that they stand in, outermost array first. */
interface Level {
  readonly values: FieldValue[]
  /** By array, then by the element's index. */
  readonly arrays: Map<number, Map<number, Level>>
}

/** The values of one field, of which those that can stand beside chosen elements are found without looking at the rest. */
export class Candidates {
  readonly values: readonly FieldValue[]
  #top: Level | undefined

  constructor(values: readonly FieldValue[]) {
    this.values = values
  }

  /** At least all values that name no other element of an array than the chosen one. */
  beside(chosen: Membership | undefined): Iterable<FieldValue> {
    if (!chosen || this.values.length <= FEW) return this.values
    this.#top ??= levelsOf(this.values)
    return within(this.#top, chosen)
  }
}

const empty = (): Level => ({ values: [], arrays: new Map() })

function levelsOf(values: readonly FieldValue[]): Level {
  const top = empty()
  for (const value of values) {
    let level = top
    for (const [array, index] of value.membership ?? []) level = element(level, array, index)
    level.values.push(value)
  }
  return top
}

function element({ arrays }: Level, array: number, index: number): Level {
  const elements = arrays.get(array) ?? new Map<number, Level>()
  arrays.set(array, elements)
  const found = elements.get(index) ?? empty()
  elements.set(index, found)
  return found
}

function* within(level: Level, chosen: Membership): Iterable<FieldValue> {
  yield* level.values
  for (const [array, elements] of level.arrays) {
    const index = chosen.get(array)
    if (index === undefined) for (const inner of elements.values()) yield* within(inner, chosen)
    else {
      const inner = elements.get(index)
      if (inner) yield* within(inner, chosen)
    }
  }
}
