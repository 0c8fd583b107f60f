import { createHash } from 'node:crypto'
import { AwsError } from '../../../errors.ts'
import type { Timer } from '../../../kernel/clock.ts'
import type { DynamoDbStreams } from '../../dynamodb/index.ts'
import type { Iam } from '../../iam/index.ts'
import { countEvents } from './event-counts.ts'
import type { Mapping } from './mapping.ts'
import { Progress } from './positions.ts'
import type { EventSource, SourceParts } from './source.ts'
import { StreamLane } from './stream-lane.ts'
import { StreamReader } from './stream-reader.ts'
import type { StreamRecord } from './stream-record.ts'

/** A reader that was refused (a permission, a stream that is gone) tries again so late. */
const REFUSED_WAIT_MS = 60_000
/** Batches that are read ahead of a lane. */
const READ_AHEAD = 2

/** Reads a stream whenever it has something and deals the records out to its lanes, those of one item always to the same. */
export class StreamSource implements EventSource {
  readonly #parts: SourceParts
  readonly #mapping: Mapping
  readonly #reader: StreamReader
  readonly #lanes: StreamLane[] = []
  readonly #progress = new Progress()
  #positioned: Promise<void> | undefined
  #unlisten: (() => void) | undefined
  #refused: Timer | undefined
  #reading = false
  #again = false
  #drained: (() => void) | undefined

  constructor(parts: SourceParts, mapping: Mapping) {
    this.#parts = parts
    this.#mapping = mapping
    const position = parts.positions.get(mapping.sourceArn, mapping.functionArn)
    this.#reader = new StreamReader(parts.context, mapping.sourceArn, () => this.#caller(), position)
    // A mapping that is known goes on where it was, whatever its starting position says.
    if (position) this.#positioned = Promise.resolve()
  }

  start(): void {
    if (this.#unlisten) return
    this.#arrangeLanes(this.#mapping.settings.parallelization)
    const streams = this.#parts.context.service<DynamoDbStreams>('streams')
    this.#unlisten = streams.onRecords(this.#mapping.sourceArn, () => queueMicrotask(() => this.#wake()))
    for (const lane of this.#lanes) lane.start()
    this.#wake()
  }

  stop(): Promise<void> {
    this.#unlisten?.()
    this.#unlisten = undefined
    this.#refused?.cancel()
    this.#refused = undefined
    for (const lane of this.#lanes) lane.stop()
    if (this.#still()) return Promise.resolve()
    return new Promise((resolve) => {
      this.#drained = resolve
    })
  }

  /** As many lanes as the mapping wants; what the old ones were waiting with is dealt out anew. */
  #arrangeLanes(count: number): void {
    if (this.#lanes.length === count) return
    const left = this.#lanes.flatMap((lane) => lane.drain()).sort(bySequence)
    this.#lanes.length = 0
    while (this.#lanes.length < count) this.#lanes.push(this.#newLane())
    this.#deal(left)
  }

  #newLane(): StreamLane {
    return new StreamLane({
      parts: this.#parts,
      mapping: this.#mapping,
      target: () => this.#target(),
      finished: (records) => this.#finished(records),
      idle: () => this.#idle(),
    })
  }

  #wake(): void {
    if (!this.#unlisten || this.#refused) return
    this.#again = true
    if (!this.#reading) void this.#read()
  }

  async #read(): Promise<void> {
    this.#reading = true
    try {
      this.#positioned ??=
        this.#mapping.settings.startingPosition === 'LATEST' ? this.#reader.skipToEnd() : Promise.resolve()
      await this.#positioned
      while (this.#again && this.#unlisten && this.#hungry()) {
        this.#again = false
        const { records, more } = await this.#reader.next()
        if (more) this.#again = true
        this.#progress.taken(records)
        countEvents(this.#parts.context, this.#mapping, 'PolledEventCount', records.length)
        this.#deal(records)
      }
    } catch (error) {
      this.#positioned = undefined
      this.#refuse(error)
    }
    this.#reading = false
    this.#settle()
  }

  #hungry(): boolean {
    const most = READ_AHEAD * this.#mapping.settings.batchSize
    return this.#lanes.every((lane) => lane.length < most)
  }

  #deal(records: readonly StreamRecord[]): void {
    const shares = this.#lanes.map((): StreamRecord[] => [])
    for (const record of records) shares[this.#laneOf(record)]?.push(record)
    for (const [index, share] of shares.entries()) if (share.length > 0) this.#lanes[index]?.push(share)
  }

  #laneOf(record: StreamRecord): number {
    if (this.#lanes.length === 1) return 0
    return createHash('md5').update(record.key).digest().readUInt32BE(0) % this.#lanes.length
  }

  #finished(records: readonly StreamRecord[]): void {
    const position = this.#progress.finished(records)
    if (position) this.#parts.positions.set(this.#mapping.sourceArn, this.#mapping.functionArn, position)
  }

  #idle(): void {
    this.#wake()
    this.#settle()
  }

  /** Told in the mapping's state and in the journal; another try comes by itself. */
  #refuse(error: unknown): void {
    if (!(error instanceof AwsError)) throw error
    const { clock, journal } = this.#parts.context.kernel
    this.#mapping.lastResult = `PROBLEM: ${error.message}`
    journal.record('refused', this.#mapping.arn, undefined, { code: error.code, message: error.message })
    if (!this.#unlisten) return
    this.#refused = clock.after(
      REFUSED_WAIT_MS,
      `lambda reads ${this.#mapping.sourceArn} again`,
      () => {
        this.#refused = undefined
        this.#wake()
      },
      { background: true },
    )
  }

  #target() {
    return this.#parts.functions.draw(this.#mapping.functionArn)
  }

  #caller() {
    const { version, fn } = this.#parts.functions.resolve(this.#mapping.functionArn)
    return this.#parts.context.service<Iam>('iam').assume('lambda.amazonaws.com', version.role, fn.name)
  }

  #still(): boolean {
    return !this.#reading && this.#lanes.every((lane) => lane.still)
  }

  #settle(): void {
    if (this.#unlisten || !this.#still()) return
    this.#drained?.()
    this.#drained = undefined
  }
}

/** Sequence numbers are decimal digits: the longer, the later. */
const bySequence = (a: StreamRecord, b: StreamRecord): number =>
  a.sequenceNumber.length - b.sequenceNumber.length || (a.sequenceNumber < b.sequenceNumber ? -1 : 1)
