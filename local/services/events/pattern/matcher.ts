import { type Branch, branchesOf, type FieldPattern } from './compile.ts'
import type { EventFields, Membership } from './event-fields.ts'
import type { Dialect } from './match-expression.ts'

/** A compiled pattern. Compile once, match often. */
export interface Matcher {
  /** What it asks for, one branch of which must fit. */
  readonly branches: readonly Branch[]
  matches(fields: EventFields): boolean
}

/**
 * Compiles a pattern's JSON text.
 * @throws PatternError in the words of AWS's compiler, with the place
 */
export function compile(pattern: string, dialect: Dialect = 'events'): Matcher {
  const branches = branchesOf(pattern, dialect)
  const ordered = branches.map((branch) => [...branch].sort(([a], [b]) => (a < b ? -1 : 1)))
  return { branches, matches: (fields) => ordered.some((branch) => fits(branch, 0, fields, undefined)) }
}

/**
 * Looks for one value per field such that no two of them stand in different elements of one array. Fields are taken in
 * the order of their paths, and absence means absence from the elements chosen so far, as in AWS's matcher.
 */
function fits(
  branch: readonly (readonly [string, FieldPattern])[],
  at: number,
  fields: EventFields,
  chosen: Membership | undefined,
): boolean {
  const next = branch[at]
  if (!next) return true
  const [path, { tests, absent }] = next
  const values = fields.get(path)
  if (absent && !values?.some((value) => combined(chosen, value.membership) !== null))
    if (fits(branch, at + 1, fields, chosen)) return true
  if (!values) return false
  for (const value of values) {
    const membership = combined(chosen, value.membership)
    if (membership === null || !tests.some((test) => test(value))) continue
    if (fits(branch, at + 1, fields, membership)) return true
  }
  return false
}

/** Both memberships together; `null` where they name different elements of one array. */
function combined(chosen: Membership | undefined, value: Membership | undefined): Membership | undefined | null {
  if (!value) return chosen
  if (!chosen) return value
  let all: Map<number, number> | undefined
  for (const [array, index] of value) {
    const already = chosen.get(array)
    if (already === undefined) {
      all ??= new Map(chosen)
      all.set(array, index)
    } else if (already !== index) return null
  }
  return all ?? chosen
}
