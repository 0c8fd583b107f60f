import type { CloudContext } from '../../../service.ts'
import type { Monitoring } from '../../monitoring/index.ts'
import { type EmbeddedPoint, embeddedMetrics } from './emf.ts'
import { eventId, type LogEvent } from './event.ts'
import type { LogGroup, MetricFilter } from './group.ts'
import { ResourcePolicies } from './policies.ts'
import { LogStream } from './stream.ts'

/** Characters of messages kept in all; beyond them the events that came first go. */
const KEPT_CHARACTERS = 64 * 1_024 * 1_024

/** All log groups of the account, and what their events become. */
export class Logs {
  readonly #context: CloudContext
  readonly #groups = new Map<string, LogGroup>()
  readonly policies = new ResourcePolicies()
  /** The stream of each event kept, in the order of arrival. */
  #arrivals: LogStream[] = []
  #firstArrival = 0
  #characters = 0
  #count = 0

  constructor(context: CloudContext) {
    this.#context = context
  }

  arnOf(group: string): string {
    return `arn:aws:logs:${this.#context.region}:${this.#context.account}:log-group:${group}`
  }

  get(name: string): LogGroup | undefined {
    return this.#groups.get(name)
  }

  all(): LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  createGroup(name: string, tags: Readonly<Record<string, string>> = {}): LogGroup {
    const group: LogGroup = {
      name,
      arn: this.arnOf(name),
      createdAt: this.#context.kernel.clock.now(),
      retention: undefined,
      streams: new Map(),
      filters: new Map(),
      tags: new Map(Object.entries(tags)),
    }
    this.#groups.set(name, group)
    return group
  }

  deleteGroup(name: string): void {
    this.#groups.delete(name)
  }

  createStream(group: LogGroup, name: string): LogStream {
    const stream = new LogStream(name, `${group.arn}:log-stream:${name}`, this.#context.kernel.clock.now())
    group.streams.set(name, stream)
    return stream
  }

  /** What services write at the clock's now; group and stream are made where they are missing. */
  write(groupName: string, streamName: string, lines: readonly string[]): void {
    const group = this.#groups.get(groupName) ?? this.createGroup(groupName)
    const stream = group.streams.get(streamName) ?? this.createStream(group, streamName)
    const now = this.#context.kernel.clock.now()
    this.ingest(
      group,
      stream,
      lines.map((message) => ({ timestamp: now, message })),
    )
  }

  ingest(group: LogGroup, stream: LogStream, entries: readonly { timestamp: number; message: string }[]): void {
    const ingestedAt = this.#context.kernel.clock.now()
    const events = entries.map(({ timestamp, message }): LogEvent => {
      this.#count += 1
      return { id: eventId(timestamp, this.#count), timestamp, ingestedAt, message }
    })
    stream.append(events)
    for (const { message, timestamp } of events) {
      this.#characters += message.length
      this.#arrivals.push(stream)
      this.#meter(group, message, timestamp)
    }
    this.#forgetOldest()
  }

  #forgetOldest(): void {
    while (this.#characters > KEPT_CHARACTERS && this.#firstArrival < this.#arrivals.length) {
      this.#characters -= (this.#arrivals[this.#firstArrival] as LogStream).dropOldest()
      this.#firstArrival += 1
    }
    if (this.#firstArrival < 10_000 || this.#firstArrival * 2 < this.#arrivals.length) return
    this.#arrivals = this.#arrivals.slice(this.#firstArrival)
    this.#firstArrival = 0
  }

  #meter(group: LogGroup, message: string, timestamp: number): void {
    const embedded = embeddedMetrics(message)
    if (embedded.kind === 'points') for (const point of embedded.points) this.#point(point)
    if (embedded.kind === 'invalid')
      this.#context.metric('AWS/Logs', 'EMFValidationErrors', { LogGroupName: group.name }, 1, 'Count')
    for (const filter of group.filters.values()) this.#filter(filter, message, timestamp)
  }

  #filter({ pattern, transformations }: MetricFilter, message: string, timestamp: number): void {
    if (!pattern.matches(message)) return
    for (const {
      metricName = '',
      metricNamespace = '',
      metricValue = '',
      dimensions,
      unit = 'None',
    } of transformations) {
      const extracted = metricValue.startsWith('$') ? pattern.extract(message, metricValue) : metricValue
      const value = Number(extracted)
      if (extracted === undefined || extracted === '' || !Number.isFinite(value)) continue
      const named = Object.entries(dimensions ?? {}).map(
        ([name, selector]) => [name, pattern.extract(message, selector)] as const,
      )
      if (named.some(([, each]) => each === undefined)) continue
      this.#point({
        namespace: metricNamespace,
        name: metricName,
        dimensions: Object.fromEntries(named.map(([name, each]) => [name, String(each)])),
        values: [value],
        unit,
        timestamp,
        resolution: 60,
      })
    }
  }

  #point(point: EmbeddedPoint): void {
    this.#context.service<Monitoring>('monitoring').put(point)
  }
}
