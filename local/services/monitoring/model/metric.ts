import { Summary } from './statistics.ts'

export type Dimensions = Readonly<Record<string, string>>

/** A metric's identity. */
export interface MetricId {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Dimensions
}

/** One text per identity: the order of dimensions does not matter. */
export function keyOf({ namespace, name, dimensions }: MetricId): string {
  const names = Object.keys(dimensions)
  if (names.length > 1) names.sort()
  let key = `${namespace}\0${name}`
  for (const each of names) key += `\0${each}\0${dimensions[each]}`
  return key
}

export const MINUTE_MS = 60_000

/** CloudWatch keeps one-minute points for 15 days. */
const RETENTION_MS = 15 * 86_400_000

/** A gauge's value. */
export interface Reading {
  readonly value: number
  readonly unit: string
}

interface Bucket {
  readonly start: number
  readonly byUnit: Map<string, Summary>
  /** A gauge's reading, which the next reading of the same minute replaces. */
  reading: Reading | undefined
}

/** The data points of one metric, summed up by the minute, or by the second in high resolution. */
export class Metric {
  readonly id: MetricId
  /** Oldest first. */
  #buckets: Bucket[] = []
  lastPointAt = 0

  constructor(id: MetricId) {
    this.id = id
  }

  /** The summary that points of the instant and unit belong to. */
  at(instant: number, unit: string, resolution = MINUTE_MS): Summary {
    this.lastPointAt = Math.max(this.lastPointAt, instant)
    const { byUnit } = this.#bucket(Math.floor(instant / resolution) * resolution)
    let summary = byUnit.get(unit)
    if (!summary) {
      summary = new Summary(unit)
      byUnit.set(unit, summary)
    }
    return summary
  }

  read(instant: number, reading: Reading): void {
    this.lastPointAt = Math.max(this.lastPointAt, instant)
    this.#bucket(Math.floor(instant / MINUTE_MS) * MINUTE_MS).reading = reading
  }

  /** Everything from the first instant to before the second, by unit, in the order of the units' names. */
  summarize(from: number, to: number): Summary[] {
    const byUnit = new Map<string, Summary>()
    const of = (unit: string): Summary => {
      const summary = byUnit.get(unit) ?? new Summary(unit)
      byUnit.set(unit, summary)
      return summary
    }
    for (let index = this.#indexOf(from); index < this.#buckets.length; index++) {
      const bucket = this.#buckets[index] as Bucket
      if (bucket.start >= to) break
      for (const [unit, part] of bucket.byUnit) of(unit).merge(part)
      if (bucket.reading) of(bucket.reading.unit).add(bucket.reading.value)
    }
    return [...byUnit.values()].sort((a, b) => (a.unit < b.unit ? -1 : 1))
  }

  #bucket(start: number): Bucket {
    const last = this.#buckets.at(-1)
    if (last?.start === start) return last
    const bucket: Bucket = { start, byUnit: new Map(), reading: undefined }
    if (!last || last.start < start) {
      this.#buckets.push(bucket)
      if ((this.#buckets[0] as Bucket).start < start - RETENTION_MS * 1.1) this.#forget(start - RETENTION_MS)
      return bucket
    }
    const index = this.#indexOf(start)
    const found = this.#buckets[index]
    if (found?.start === start) return found
    this.#buckets.splice(index, 0, bucket)
    return bucket
  }

  #forget(before: number): void {
    this.#buckets = this.#buckets.slice(this.#indexOf(before))
  }

  /** Index of the first bucket that starts at the instant or later. */
  #indexOf(instant: number): number {
    let low = 0
    let high = this.#buckets.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#buckets[middle] as Bucket).start < instant) low = middle + 1
      else high = middle
    }
    return low
  }
}
