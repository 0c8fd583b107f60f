import { trimmed, trimmedOf } from './trimmed.ts'

/** Distinct values that a summary keeps exactly; beyond them it keeps values to three digits, for percentiles. */
const EXACT_VALUES = 100

/** What CloudWatch keeps of the data points of one span of time. */
export class Summary {
  /** Unit of its points. */
  readonly unit: string
  count = 0
  sum = 0
  minimum = Number.POSITIVE_INFINITY
  maximum = Number.NEGATIVE_INFINITY
  /** How often each value came; absent where points came as statistic sets, which have no percentiles. */
  #values: Map<number, number> | undefined = new Map()

  constructor(unit: string) {
    this.unit = unit
  }

  add(value: number, count = 1): void {
    this.count += count
    this.sum += value * count
    if (value < this.minimum) this.minimum = value
    if (value > this.maximum) this.maximum = value
    this.#note(value, count)
  }

  addSet(set: { count: number; sum: number; minimum: number; maximum: number }): void {
    this.count += set.count
    this.sum += set.sum
    this.minimum = Math.min(this.minimum, set.minimum)
    this.maximum = Math.max(this.maximum, set.maximum)
    // AWS gives percentiles of statistic sets only where all their values are the same.
    if (set.minimum === set.maximum) this.#note(set.minimum, set.count)
    else this.#values = undefined
  }

  merge(other: Summary): void {
    this.count += other.count
    this.sum += other.sum
    this.minimum = Math.min(this.minimum, other.minimum)
    this.maximum = Math.max(this.maximum, other.maximum)
    if (!other.#values) this.#values = undefined
    else for (const [value, count] of other.#values) this.#note(value, count)
  }

  /** The value of a statistic's name; `undefined` where the points don't tell it. */
  statistic(name: string): number | undefined {
    switch (name) {
      case 'SampleCount':
        return this.count
      case 'Sum':
        return this.sum
      case 'Average':
        return this.sum / this.count
      case 'Minimum':
        return this.minimum
      case 'Maximum':
        return this.maximum
      default:
        return isPercentile(name) ? this.#percentile(Number(name.slice(1)) / 100) : this.#trimmed(name)
    }
  }

  #trimmed(name: string): number | undefined {
    const wanted = trimmedOf(name)
    return wanted && this.#values && trimmed(wanted, this.#sorted())
  }

  #sorted(): [number, number][] {
    return [...(this.#values ?? [])].sort(([a], [b]) => a - b)
  }

  #note(value: number, count: number): void {
    if (!this.#values) return
    const kept = this.#values.size < EXACT_VALUES || this.#values.has(value) ? value : Number(value.toPrecision(3))
    this.#values.set(kept, (this.#values.get(kept) ?? 0) + count)
  }

  #percentile(share: number): number | undefined {
    if (!this.#values) return undefined
    const wanted = share * this.count
    let seen = 0
    for (const [value, count] of this.#sorted()) {
      seen += count
      if (seen >= wanted) return value
    }
    return this.maximum
  }
}

const NAMES = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']
export const isStatistic = (name: string): boolean => NAMES.includes(name)

/** `p0` to `p100`, with up to ten decimals. */
export const isPercentile = (name: string): boolean =>
  /^p\d{1,3}(\.\d{1,10})?$/.test(name) && Number(name.slice(1)) <= 100
