/** What a cron field allows: a set of numbers. */
export type Allowed = ReadonlySet<number>

export interface Range {
  readonly least: number
  readonly most: number
  /** Names of the values from `least`, such as JAN. */
  readonly names?: readonly string[]
}

/** Reads `*`, numbers, names, ranges, lists and steps; `undefined` where the text is none of them. */
export function parseField(text: string, range: Range): Allowed | undefined {
  const allowed = new Set<number>()
  for (const part of text.split(',')) {
    const values = parsePart(part, range)
    if (!values) return undefined
    for (const value of values) allowed.add(value)
  }
  return allowed
}

function parsePart(part: string, range: Range): number[] | undefined {
  const [span = '', step, ...rest] = part.split('/')
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return undefined
  const bounds = parseSpan(span, range, step !== undefined)
  if (!bounds) return undefined
  const [from, to] = bounds
  const values: number[] = []
  for (let value = from; value <= to; value += Number(step ?? 1)) values.push(value)
  return values
}

function parseSpan(span: string, range: Range, stepped: boolean): readonly [number, number] | undefined {
  if (span === '*') return [range.least, range.most]
  const [first = '', last, ...rest] = span.split('-')
  if (rest.length > 0) return undefined
  const from = parseValue(first, range)
  const to = last === undefined ? (stepped ? range.most : from) : parseValue(last, range)
  return from === undefined || to === undefined || from > to ? undefined : [from, to]
}

export function parseValue(text: string, { least, most, names }: Range): number | undefined {
  const named = names?.indexOf(text.toUpperCase()) ?? -1
  if (named >= 0) return least + named
  if (!/^\d+$/.test(text)) return undefined
  const value = Number(text)
  return value >= least && value <= most ? value : undefined
}
