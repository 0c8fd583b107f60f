/** A value and how often it came. */
type Counted = readonly [value: number, count: number]

interface Bound {
  readonly at: number
  /** The bound is a share of the points, in per cent, and not a value. */
  readonly share: boolean
}

interface Trimmed {
  readonly kind: 'TM' | 'WM' | 'TC' | 'TS' | 'PR'
  readonly low: Bound | undefined
  readonly high: Bound | undefined
}

const NUMBER = String.raw`\d{1,3}(?:\.\d{1,10})?`
const SHORT = new RegExp(`^(tm|wm|tc|ts)(${NUMBER})$`, 'i')
const LONG = /^(TM|WM|TC|TS|PR)\((-?\d+(?:\.\d+)?%?)?:(-?\d+(?:\.\d+)?%?)?\)$/i

const boundOf = (text: string | undefined): Bound | undefined =>
  text === undefined ? undefined : { at: Number(text.replace('%', '')), share: text.endsWith('%') }

/**
 * Reads `tm99`, `TM(10%:90%)`, `PR(:300)`, `IQM` and the like; `undefined` where the name is none of them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function trimmedOf(name: string): Trimmed | undefined {
  if (/^iqm$/i.test(name)) return { kind: 'TM', low: { at: 25, share: true }, high: { at: 75, share: true } }
  const [, short, share] = SHORT.exec(name) ?? []
  if (short !== undefined && Number(share) <= 100)
    return { kind: short.toUpperCase() as Trimmed['kind'], low: undefined, high: { at: Number(share), share: true } }
  const [, long, from, to] = LONG.exec(name) ?? []
  const kind = long?.toUpperCase() as Trimmed['kind'] | undefined
  if (kind === undefined || (from === undefined && to === undefined)) return undefined
  const [low, high] = [boundOf(from), boundOf(to)]
  // A rank is asked of values; of the others both bounds are of one sort.
  if (kind === 'PR' && (low?.share || high?.share)) return undefined
  if (low && high && (low.share !== high.share || low.at > high.at)) return undefined
  return { kind, low, high }
}

/** The statistic of points in the order of their values; `undefined` of none. */
export function trimmed({ kind, low, high }: Trimmed, points: readonly Counted[]): number | undefined {
  const total = points.reduce((sum, [, count]) => sum + count, 0)
  const lowest = edge(low, points, total)
  const highest = edge(high, points, total)
  let kept = 0
  let sum = 0
  let seen = 0
  for (const [value, count] of points) {
    const part = overlap([seen, seen + count], value, low, high, total)
    kept += part.inside
    sum += value * part.inside
    if (kind === 'WM') sum += (lowest ?? value) * part.below + (highest ?? value) * part.above
    seen += count
  }
  if (kind === 'TC') return kept
  if (kind === 'TS') return sum
  if (kind === 'PR') return total === 0 ? undefined : (kept / total) * 100
  const over = kind === 'WM' ? total : kept
  return over === 0 ? undefined : sum / over
}

/** How many of a value's points lie within the bounds: above the lower one, up to the upper one. */
function overlap(
  [from, to]: readonly [number, number],
  value: number,
  low: Bound | undefined,
  high: Bound | undefined,
  total: number,
): { below: number; inside: number; above: number } {
  const upTo = (bound: Bound | undefined, none: number): number => {
    if (!bound) return none
    if (!bound.share) return value > bound.at ? from : to
    return Math.min(to, Math.max(from, Math.floor((bound.at / 100) * total + 1e-9)))
  }
  const begin = upTo(low, from)
  const end = Math.max(begin, upTo(high, to))
  return { below: begin - from, inside: end - begin, above: to - end }
}

/** The value that stands at a bound. */
function edge(bound: Bound | undefined, points: readonly Counted[], total: number): number | undefined {
  if (!bound?.share) return bound?.at
  const wanted = (bound.at / 100) * total
  let seen = 0
  for (const [value, count] of points) {
    seen += count
    if (seen >= wanted) return value
  }
  return points.at(-1)?.[0]
}
