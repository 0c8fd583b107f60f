export type MetricUnit = 'Count' | 'Milliseconds' | 'Seconds'

/** CloudWatch takes so many values of a metric in a line. */
const MOST_VALUES = 100

/**
 * What a handler measures, written to its log in CloudWatch's embedded metric format: a line an invocation. Powertools' Metrics does the
 * same and more, in 16 KiB of every bundle (decision 0161).
 */
export class Metrics {
  readonly #namespace: string
  readonly #dimensions: Readonly<Record<string, string>>
  readonly #values = new Map<string, { readonly unit: MetricUnit; readonly values: number[] }>()

  constructor(namespace: string, dimensions: Readonly<Record<string, string>>) {
    this.#namespace = namespace
    this.#dimensions = dimensions
  }

  add(name: string, unit: MetricUnit, value: number): void {
    const { values } = this.#values.get(name) ?? { values: [] as number[] }
    this.#values.set(name, { unit, values })
    if (values.push(value) === MOST_VALUES) this.flush()
  }

  /** Another, by a further dimension; it writes its own lines. */
  by(dimensions: Readonly<Record<string, string>>): Metrics {
    return new Metrics(this.#namespace, { ...this.#dimensions, ...dimensions })
  }

  /** Writes what was added since the last time. */
  flush(): void {
    if (this.#values.size === 0) return
    const all = [...this.#values]
    this.#values.clear()
    // As with Powertools, so that a test's setting holds for a team's own metrics as well.
    if (process.env.POWERTOOLS_METRICS_DISABLED === 'true') return
    const line = {
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          {
            Namespace: this.#namespace,
            Dimensions: [Object.keys(this.#dimensions)],
            Metrics: all.map(([Name, { unit: Unit }]) => ({ Name, Unit })),
          },
        ],
      },
      ...this.#dimensions,
      ...Object.fromEntries(all.map(([name, { values }]) => [name, values.length === 1 ? values[0] : values])),
    }
    // Not console.log: Lambda's JSON log format would wrap the line, and CloudWatch not read it.
    process.stdout.write(`${JSON.stringify(line)}\n`)
  }
}

/** middy's: writes after each invocation, whatever its end. */
export const flushed = (metrics: Metrics) => ({ after: () => metrics.flush(), onError: () => metrics.flush() })
