import type { MetricTransformation } from '@aws-sdk/client-cloudwatch-logs'
import type { CloudContext } from '../../../service.ts'
import type { Monitoring } from '../../monitoring/index.ts'
import { type EmbeddedPoint, embeddedMetrics } from './emf.ts'
import type { LogEvent } from './event.ts'
import type { LogGroup, MetricFilter } from './group.ts'

const MINUTE_MS = 60_000

/** Metrics out of log events: what the embedded metric format carries, and what metric filters find. */
export class Metering {
  readonly #context: CloudContext
  /** Filters with a default value whose group has taken events in this minute: whether one of them matched. */
  readonly #minutes = new Map<MetricFilter, { matched: boolean }>()

  constructor(context: CloudContext) {
    this.#context = context
  }

  take(group: LogGroup, { message, timestamp }: LogEvent): void {
    const embedded = embeddedMetrics(message)
    if (embedded.kind === 'points') for (const point of embedded.points) this.#point(point)
    if (embedded.kind === 'invalid')
      this.#context.metric('AWS/Logs', 'EMFValidationErrors', { LogGroupName: group.name }, 1, 'Count')
    for (const filter of group.filters.values()) this.#filter(filter, message, timestamp)
  }

  #filter(filter: MetricFilter, message: string, timestamp: number): void {
    const matched = filter.pattern.matches(message)
    if (filter.transformations.some(({ defaultValue }) => defaultValue !== undefined)) this.#await(filter, matched)
    if (matched) for (const each of filter.transformations) this.#transform(filter, each, message, timestamp)
  }

  /** A minute whose events match nothing gives the default; one without events gives no point. */
  #await(filter: MetricFilter, matched: boolean): void {
    const minute = this.#minutes.get(filter)
    if (minute) {
      minute.matched ||= matched
      return
    }
    const { clock } = this.#context.kernel
    const opened = { matched }
    const start = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS
    this.#minutes.set(filter, opened)
    const close = (): void => {
      this.#minutes.delete(filter)
      if (opened.matched) return
      for (const { metricName = '', metricNamespace = '', defaultValue, unit = 'None' } of filter.transformations)
        if (defaultValue !== undefined)
          this.#point({ ...named(metricNamespace, metricName), values: [defaultValue], unit, timestamp: start })
    }
    // Before the alarms, which look at the minute as it ends.
    clock.at(start + MINUTE_MS, 'logs metric default', close, { background: true, priority: -1 })
  }

  #transform(
    { pattern }: MetricFilter,
    transformation: MetricTransformation,
    message: string,
    timestamp: number,
  ): void {
    const { metricName = '', metricNamespace = '', metricValue = '', dimensions, unit = 'None' } = transformation
    const extracted = metricValue.startsWith('$') ? pattern.extract(message, metricValue) : metricValue
    const value = Number(extracted)
    if (extracted === undefined || extracted === '' || !Number.isFinite(value)) return
    const found = Object.entries(dimensions ?? {}).map(
      ([name, selector]) => [name, pattern.extract(message, selector)] as const,
    )
    if (found.some(([, each]) => each === undefined)) return
    this.#point({
      ...named(metricNamespace, metricName),
      dimensions: Object.fromEntries(found.map(([name, each]) => [name, String(each)])),
      values: [value],
      unit,
      timestamp,
    })
  }

  #point(point: EmbeddedPoint): void {
    this.#context.service<Monitoring>('monitoring').put(point)
  }
}

const named = (namespace: string, name: string) => ({ namespace, name, dimensions: {}, resolution: 60 })
