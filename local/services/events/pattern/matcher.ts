import { Candidates } from './candidates.ts'
import { type Branch, branchesOf, type FieldPattern } from './compile.ts'
import type { EventFields, FieldValue, Membership } from './event-fields.ts'
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
  return { branches, matches: (fields) => ordered.some((branch) => fitsBranch(branch, fields)) }
}

/** What a field of the pattern may be fitted by. */
interface Chance {
  readonly matching: Candidates
  /** The field's values where its absence fits too. */
  readonly absentAmong: Candidates | undefined
}

const NONE: readonly FieldValue[] = []

function fitsBranch(branch: readonly (readonly [string, FieldPattern])[], fields: EventFields): boolean {
  const chances: Chance[] = []
  for (const [path, { tests, absent }] of branch) {
    const values = fields.get(path) ?? NONE
    const matching = values.filter((value) => tests.some((test) => test(value)))
    if (matching.length === 0 && !absent) return false
    chances.push({ matching: new Candidates(matching), absentAmong: absent ? new Candidates(values) : undefined })
  }
  return fits(chances, 0, undefined)
}

/**
 * Looks for one value per field such that no two of them stand in different elements of one array. Fields are taken in
 * the order of their paths, and absence means absence from the elements chosen so far, as in AWS's matcher.
 */
function fits(chances: readonly Chance[], at: number, chosen: Membership | undefined): boolean {
  const chance = chances[at]
  if (!chance) return true
  const { matching, absentAmong } = chance
  if (absentAmong && isAbsent(absentAmong, chosen) && fits(chances, at + 1, chosen)) return true
  for (const value of matching.beside(chosen)) {
    const membership = combined(chosen, value.membership)
    if (membership !== null && fits(chances, at + 1, membership)) return true
  }
  return false
}

function isAbsent(values: Candidates, chosen: Membership | undefined): boolean {
  for (const value of values.beside(chosen)) if (combined(chosen, value.membership) !== null) return false
  return true
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
