import type { Clock } from '../../../kernel/clock.ts'
import type { GaugeSource } from './gauges.ts'
import { keyOf, Metric, type MetricId, type Reading } from './metric.ts'
import type { Summary } from './statistics.ts'

/** What listeners to any gauge of these dimensions hear. */
const activityKey = (namespace: string, dimensions: MetricId['dimensions']): string =>
  keyOf({ namespace, name: '', dimensions })

/** Metrics kept; beyond them those go that had no point for the longest. A dimension per order would fill any memory. */
const KEPT = 50_000

/** All metrics of the account: what was put, and gauges, which are read when asked for. */
export class Metrics {
  readonly #clock: Clock
  readonly #metrics = new Map<string, Metric>()
  readonly #gauges = new Map<string, GaugeSource>()
  readonly #gaugesOf: () => readonly GaugeSource[]
  #listening = false
  /** Changes whenever metrics are forgotten. */
  generation = 0
  readonly #listeners = new Map<string, Set<() => void>>()

  constructor(clock: Clock, gaugesOf: () => readonly GaugeSource[]) {
    this.#clock = clock
    this.#gaugesOf = gaugesOf
  }

  /** The metric, made where it is new. Its listeners hear of the point that is about to come. */
  open(id: MetricId): Metric {
    const key = keyOf(id)
    const metric = this.#metrics.get(key) ?? this.#add(key, id)
    if (this.#listeners.size > 0) this.#tell(key)
    return metric
  }

  /** Whether anybody listens to any metric. */
  get observed(): boolean {
    return this.#listeners.size > 0
  }

  #add(key: string, id: MetricId): Metric {
    if (this.#metrics.size >= KEPT) this.#forgetTenth()
    const metric = new Metric({ ...id, dimensions: { ...id.dimensions } })
    this.#metrics.set(key, metric)
    return metric
  }

  #forgetTenth(): void {
    this.generation += 1
    const byLastPoint = [...this.#metrics].sort(([, a], [, b]) => a.lastPointAt - b.lastPointAt)
    for (const [key] of byLastPoint.slice(0, KEPT / 10)) this.#metrics.delete(key)
  }

  find(id: MetricId): Metric | undefined {
    return this.#metrics.get(keyOf(id))
  }

  /** A gauge's value now; `undefined` where the metric is none. */
  readGauge(id: MetricId): Reading | undefined {
    return this.#sourceOf(id.namespace)?.read(id.name, id.dimensions)
  }

  /** Reads a gauge into the minute that holds the instant. */
  sample(id: MetricId, instant: number): void {
    const reading = this.readGauge(id)
    if (!reading) return
    const key = keyOf(id)
    const metric = this.#metrics.get(key) ?? this.#add(key, id)
    metric.read(instant, reading)
  }

  /** Everything known of a metric from the first instant to before the second; a gauge is read where that holds now. */
  summarize(id: MetricId, from: number, to: number): Summary[] {
    const now = this.#clock.now()
    if (from <= now && now < to) this.sample(id, now)
    return this.find(id)?.summarize(from, to) ?? []
  }

  list(): MetricId[] {
    const ids = new Map<string, MetricId>()
    for (const [key, { id }] of this.#metrics) ids.set(key, id)
    for (const source of this.#gaugesOf()) for (const id of source.list()) ids.set(keyOf(id), id)
    return [...ids.values()]
  }

  /** Calls the listener at every point of the metric, and whenever a gauge behind it may have left zero. */
  listen(id: MetricId, listener: () => void): () => void {
    this.#listenToGauges()
    const keys = [keyOf(id), activityKey(id.namespace, id.dimensions)]
    for (const key of keys) this.#listeners.set(key, (this.#listeners.get(key) ?? new Set()).add(listener))
    return () => {
      for (const key of keys) {
        const listeners = this.#listeners.get(key)
        listeners?.delete(listener)
        if (listeners?.size === 0) this.#listeners.delete(key)
      }
    }
  }

  #tell(key: string): void {
    for (const listener of this.#listeners.get(key) ?? []) listener()
  }

  #sourceOf(namespace: string): GaugeSource | undefined {
    if (this.#gauges.size === 0) for (const source of this.#gaugesOf()) this.#gauges.set(source.namespace, source)
    return this.#gauges.get(namespace)
  }

  #listenToGauges(): void {
    if (this.#listening) return
    this.#listening = true
    for (const source of this.#gaugesOf())
      source.onActivity((dimensions) => this.#tell(activityKey(source.namespace, dimensions)))
  }
}
