import { AwsError } from '../../../errors.ts'
import type { DynamoDbStreams } from '../../dynamodb/index.ts'
import type { Resolved } from '../model/functions.ts'
import type { Outcome } from '../runtime/invocation.ts'
import { readBatchAnswer } from './answer.ts'
import { countEvents } from './event-counts.ts'
import type { Mapping } from './mapping.ts'
import { MAX_EVENT_BYTES, type SourceParts } from './source.ts'
import { failedBatch } from './stream-failure.ts'
import type { StreamRecord } from './stream-record.ts'

/** Waits between attempts of a failed batch: a second, doubled each time, at most a minute. */
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
/** Streams keep a record for so long; a batch that fails for longer is lost to its function. */
const RETENTION_S = 86_400

/** What became of one attempt at a batch: done, or failed from a record on. */
type Attempt = { readonly failedFrom: number; readonly outcome: Outcome | undefined } | 'done'

export interface LaneOptions {
  readonly parts: SourceParts
  readonly mapping: Mapping
  readonly target: () => Resolved
  /** These records are done with. */
  readonly finished: (records: readonly StreamRecord[]) => void
  /** The lane can take more, or stands still. */
  readonly idle: () => void
}

/** One order of records: batches one after the other, each until it is done or given up. */
export class StreamLane {
  readonly #options: LaneOptions
  readonly #waiting: StreamRecord[] = []
  #open = false
  #busy = false
  #window: { readonly since: number; cancel(): void } | undefined
  #halt = new AbortController()

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** Nothing is being worked on. */
  get still(): boolean {
    return !this.#busy
  }

  get length(): number {
    return this.#waiting.length
  }

  start(): void {
    this.#open = true
    this.#halt = new AbortController()
    this.#pump()
  }

  /** A batch that waits for its next attempt stays where it is. */
  stop(): void {
    this.#open = false
    this.#window?.cancel()
    this.#window = undefined
    this.#halt.abort(new Error('The mapping is disabled'))
  }

  /** Gives up what it is waiting with. */
  drain(): StreamRecord[] {
    return this.#waiting.splice(0)
  }

  push(records: readonly StreamRecord[]): void {
    this.#waiting.push(...records)
    this.#pump()
  }

  #pump(): void {
    if (!this.#open || this.#busy || this.#waiting.length === 0) return
    if (!this.#due()) return
    this.#window?.cancel()
    this.#window = undefined
    const batch = this.#cut()
    this.#busy = true
    void this.#settle(batch, 0).then((left) => {
      this.#waiting.unshift(...left)
      this.#options.finished(batch.filter((record) => !left.includes(record)))
      this.#busy = false
      this.#pump()
      this.#options.idle()
    })
  }

  /** A batch is due when it is full or its window is over. */
  #due(): boolean {
    const { settings } = this.#options.mapping
    const { clock } = this.#options.parts.context.kernel
    if (settings.window === 0 || this.#waiting.length >= settings.batchSize) return true
    if (this.#window) return clock.now() >= this.#window.since + settings.window * 1000
    const timer = clock.after(settings.window * 1000, `lambda ${this.#options.mapping.sourceArn} batching window`, () =>
      this.#pump(),
    )
    this.#window = { since: clock.now(), cancel: () => timer.cancel() }
    return false
  }

  #cut(): StreamRecord[] {
    let bytes = 0
    let count = 0
    for (const record of this.#waiting) {
      bytes += JSON.stringify(record.event).length
      if (count > 0 && (count >= this.#options.mapping.settings.batchSize || bytes > MAX_EVENT_BYTES)) break
      count += 1
    }
    return this.#waiting.splice(0, count)
  }

  /** Works on a batch until it is over; answers what is left of it when the lane was stopped meanwhile. */
  async #settle(batch: readonly StreamRecord[], failures: number): Promise<readonly StreamRecord[]> {
    const { settings } = this.#options.mapping
    let records = batch.filter(({ event }) => settings.filter(event))
    this.#count('FilteredOutEventCount', batch.length - records.length)
    let attempts = failures
    for (let wait = FIRST_WAIT_MS; records.length > 0; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      if (!this.#open) return records
      const attempt = await this.#attempt(records)
      if (attempt === 'done') return []
      const { failedFrom, outcome } = attempt
      if (failedFrom > 0) {
        records = records.slice(failedFrom)
        attempts = 0
        wait = FIRST_WAIT_MS
      } else if (outcome && settings.bisects && records.length > 1) {
        const half = Math.ceil(records.length / 2)
        const first = await this.#settle(records.slice(0, half), attempts)
        return [
          ...first,
          ...(first.length > 0 ? records.slice(half) : await this.#settle(records.slice(half), attempts)),
        ]
      }
      // A throttled invocation is no attempt, and splitting a batch is none either.
      if (outcome) attempts += 1
      const given = this.#givenUp(records, attempts)
      if (given) {
        await failedBatch(this.#options, { ...given, attempts, outcome })
        records = records.slice(given.records.length)
        attempts = 0
      } else if (!(await this.#pause(wait))) return records
    }
    return []
  }

  #givenUp(records: readonly StreamRecord[], attempts: number) {
    const { settings } = this.#options.mapping
    if (settings.maximumRetryAttempts >= 0 && attempts > settings.maximumRetryAttempts)
      return { records, condition: 'RetryAttemptsExhausted' } as const
    const most = settings.maximumRecordAge < 0 ? RETENTION_S : Math.min(RETENTION_S, settings.maximumRecordAge)
    const horizon = this.#options.parts.context.kernel.clock.now() - most * 1000
    const old = records.filter(({ at }) => at <= horizon)
    return old.length > 0 ? ({ records: old, condition: 'RecordAgeExceeded' } as const) : undefined
  }

  async #attempt(records: readonly StreamRecord[]): Promise<Attempt> {
    const { parts, mapping } = this.#options
    const { kernel } = parts.context
    const slot = await parts.invoker.host.wait()
    try {
      const target = this.#options.target()
      const age = kernel.clock.now() - (records.at(-1)?.at ?? kernel.clock.now())
      parts.context.metric('AWS/Lambda', 'IteratorAge', { FunctionName: target.fn.name }, age, 'Milliseconds')
      const outcome = await parts.invoker.invoke({
        target,
        payload: JSON.stringify({ Records: records.map(({ event }) => event) }),
        requestId: kernel.random.uuid('lambda request'),
        cause: this.#cause(records[0]),
        origin: 'stream',
        messages: records.map(({ sequenceNumber }) => sequenceNumber),
        slot,
      })
      const failedFrom = failedIndex(outcome, records, mapping.settings.reportsFailures)
      this.#count('InvokedEventCount', records.length)
      this.#count('FailedInvokeEventCount', records.length - (failedFrom ?? records.length))
      mapping.lastResult = failedFrom === undefined ? 'OK' : 'PROBLEM: Function call failed'
      if (failedFrom !== undefined) return { failedFrom, outcome }
      if (kernel.faults.decide('stream.batch', mapping.arn) === 'repeat') return { failedFrom: 0, outcome: undefined }
      return 'done'
    } catch (error) {
      slot.release()
      if (!(error instanceof AwsError)) throw error
      mapping.lastResult = `PROBLEM: ${error.message}`
      return { failedFrom: 0, outcome: undefined }
    }
  }

  #count(name: Parameters<typeof countEvents>[2], events: number): void {
    countEvents(this.#options.parts.context, this.#options.mapping, name, events)
  }

  /** The call that wrote the first record. */
  #cause(record: StreamRecord | undefined): number | undefined {
    const { parts, mapping } = this.#options
    const streams = parts.context.service<DynamoDbStreams>('streams')
    return record && streams.causeOf(mapping.sourceArn, record.sequenceNumber)
  }

  /** Answers false where the lane was stopped meanwhile. */
  async #pause(milliseconds: number): Promise<boolean> {
    const { clock } = this.#options.parts.context.kernel
    const { signal } = this.#halt
    try {
      await clock.sleep(milliseconds, `lambda retries a batch of ${this.#options.mapping.sourceArn}`, { signal })
      return true
    } catch {
      return false
    }
  }
}

/** The first record that failed: records before it are done. `undefined` where none did. */
function failedIndex(outcome: Outcome, records: readonly StreamRecord[], reports: boolean): number | undefined {
  if (outcome.failure) return 0
  if (!reports) return undefined
  const failed = readBatchAnswer(outcome.payload, new Set(records.map(({ sequenceNumber }) => sequenceNumber)))
  if (failed === 'all') return 0
  const first = records.findIndex(({ sequenceNumber }) => failed.has(sequenceNumber))
  return first < 0 ? undefined : first
}
