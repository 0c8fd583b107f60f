import type { Clock } from '../../../kernel/clock.ts'
import type { Dimensions, Metric } from './metric.ts'
import type { Metrics } from './metrics.ts'

/** Counts a service's own metrics of one resource: each is looked up by its whole identity once only. */
export class Meter {
  readonly #clock: Clock
  readonly #metrics: Metrics
  readonly #namespace: string
  readonly #dimensions: Dimensions
  readonly #open = new Map<string, Metric>()
  /** Metrics may be forgotten: those opened before are then opened anew. */
  #generation = 0

  constructor(clock: Clock, metrics: Metrics, namespace: string, dimensions: Dimensions) {
    this.#clock = clock
    this.#metrics = metrics
    this.#namespace = namespace
    this.#dimensions = dimensions
  }

  /** A data point at the clock's now. */
  add(name: string, value: number, unit = 'Count'): void {
    this.#metric(name).at(this.#clock.now(), unit).add(value)
  }

  #metric(name: string): Metric {
    const { generation, observed } = this.#metrics
    if (generation !== this.#generation) {
      this.#open.clear()
      this.#generation = generation
    }
    const known = this.#open.get(name)
    // Whoever listens is told by opening.
    if (known && !observed) return known
    const metric = this.#metrics.open({ namespace: this.#namespace, name, dimensions: this.#dimensions })
    this.#open.set(name, metric)
    return metric
  }
}
