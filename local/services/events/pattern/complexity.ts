import type { Matcher } from './matcher.ts'
import type { Wildcard } from './wildcard.ts'

const STAR = '*'
/** Sets of beginnings to look at before giving up; a pattern that reaches it is far past any limit. */
const EXPLORED = 5_000

/**
 * The most beginnings of wildcard patterns that some value of one field fits at once, up to `limit`. This is the number
 * that AWS's matcher bounds, because it is the number of places it must be in at the same time.
 */
export function wildcardComplexity(matcher: Matcher, limit: number): number {
  let most = 0
  for (const branch of matcher.branches)
    for (const { tests } of branch.values()) {
      const patterns = tests.flatMap((test) => test.wildcards ?? [])
      if (patterns.length > 0) most = Math.max(most, complexityOf(patterns.map(symbols), limit))
    }
  return most
}

/** A pattern between its quotes, with the stars as symbols of their own. */
const symbols = (parts: Wildcard): readonly (string | symbol)[] => [
  '"',
  ...parts.flatMap((part, index) => (index === 0 ? [...part] : [starred, ...part])),
  '"',
]

const starred = Symbol(STAR)

/** A breadth-first walk over the sets of beginnings that inputs can reach, one character at a time. */
function complexityOf(patterns: readonly (readonly (string | symbol)[])[], limit: number): number {
  const alphabet = [...new Set(patterns.flat().filter((symbol) => typeof symbol === 'string'))]
  const start = new Set<string>()
  for (const index of patterns.keys()) add(start, patterns, index, 0)
  const seen = new Set<string>()
  const waiting = [start]
  let most = 0
  for (let reached = waiting.shift(); reached && seen.size < EXPLORED; reached = waiting.shift()) {
    const key = [...reached].join(' ')
    if (seen.has(key)) continue
    seen.add(key)
    for (const character of alphabet) {
      const next = step(reached, patterns, character)
      most = Math.max(most, next.size)
      if (most >= limit) return limit
      if (next.size > 0) waiting.push(next)
    }
  }
  return most
}

/** A place is `pattern:symbols read`. A star may stand for nothing, so that having read up to it is having read it. */
function add(
  places: Set<string>,
  patterns: readonly (readonly (string | symbol)[])[],
  index: number,
  position: number,
): void {
  places.add(`${index}:${position}`)
  if (patterns[index]?.[position] === starred) places.add(`${index}:${position + 1}`)
}

function step(
  places: ReadonlySet<string>,
  patterns: readonly (readonly (string | symbol)[])[],
  character: string,
): Set<string> {
  const next = new Set<string>()
  for (const place of places) {
    const [index = 0, position = 0] = place.split(':').map(Number)
    const pattern = patterns[index] ?? []
    if (pattern[position - 1] === starred) next.add(place)
    if (pattern[position] === character) add(next, patterns, index, position + 1)
  }
  return next
}
