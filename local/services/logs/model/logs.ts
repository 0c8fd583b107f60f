import type { CloudContext } from '../../../service.ts'
import { eventId, type LogEvent } from './event.ts'
import type { LogGroup } from './group.ts'
import { Metering } from './metering.ts'
import { ResourcePolicies } from './policies.ts'
import { LogStream } from './stream.ts'
import { deliver } from './subscriptions.ts'

/** Characters of messages kept in all; beyond them the events that came first go. */
const KEPT_CHARACTERS = 64 * 1_024 * 1_024

/** All log groups of the account, and what their events become. */
export class Logs {
  readonly #context: CloudContext
  readonly #groups = new Map<string, LogGroup>()
  readonly #metering: Metering
  readonly policies = new ResourcePolicies()
  /** The stream of each event kept, in the order of arrival. */
  #arrivals: LogStream[] = []
  #firstArrival = 0
  #characters = 0
  #count = 0

  constructor(context: CloudContext) {
    this.#context = context
    this.#metering = new Metering(context)
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

  createGroup(name: string, tags: Readonly<Record<string, string>> = {}, kmsKeyId?: string): LogGroup {
    const group: LogGroup = {
      name,
      arn: this.arnOf(name),
      createdAt: this.#context.kernel.clock.now(),
      retention: undefined,
      streams: new Map(),
      filters: new Map(),
      subscriptions: new Map(),
      kmsKeyId,
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
    for (const event of events) {
      this.#characters += event.message.length
      this.#arrivals.push(stream)
      this.#metering.take(group, event)
    }
    this.#forgetOldest()
    deliver(this.#context, group, stream.name, events)
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
}
