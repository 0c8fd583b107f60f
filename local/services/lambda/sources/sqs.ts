import { AwsError } from '../../../errors.ts'
import type { Timer } from '../../../kernel/clock.ts'
import type { Iam } from '../../iam/index.ts'
import type { Sqs } from '../../sqs/index.ts'
import type { Resolved } from '../model/functions.ts'
import type { Slot } from '../runtime/host.ts'
import type { Outcome } from '../runtime/invocation.ts'
import { readBatchAnswer } from './answer.ts'
import { countEvents } from './event-counts.ts'
import { filterableMessage } from './filter.ts'
import type { Mapping } from './mapping.ts'
import type { SqsRecord } from './message-record.ts'
import { type EventSource, MAX_EVENT_BYTES, type SourceParts } from './source.ts'
import { CALL_MESSAGES, MappedQueue } from './sqs-queue.ts'
import { SqsScaling } from './sqs-scaling.ts'

/** A poller that was refused (a permission, a queue that is gone) tries again so late. */
const REFUSED_WAIT_MS = 60_000
/** Waits of a throttled batch between tries, doubled each time. */
const THROTTLED_WAIT_MS = 1_000

/** Reads a queue whenever it has something, and hands batches to the function. */
export class SqsSource implements EventSource {
  readonly #parts: SourceParts
  readonly #mapping: Mapping
  readonly #queue: MappedQueue
  readonly #scaling: SqsScaling
  /** Received and filtered, not yet handed over: a batch that fills up within its window. */
  #gathered: SqsRecord[] = []
  #gatheredBytes = 0
  #window: Timer | undefined
  #refused: Timer | undefined
  #unlisten: (() => void) | undefined
  /** Journal entry of the latest poll: the cause of the batch that it filled. */
  #polled = 0
  #inFlight = 0
  #polling = false
  #again = false
  #drained: (() => void) | undefined

  constructor(parts: SourceParts, mapping: Mapping) {
    this.#parts = parts
    this.#mapping = mapping
    this.#queue = new MappedQueue(parts.context, mapping.sourceArn, () => this.#caller())
    this.#scaling = new SqsScaling(parts.context.kernel.clock, `lambda ${this.#name} takes more batches`, () =>
      this.#wake(),
    )
  }

  start(): void {
    if (this.#unlisten) return
    this.#unlisten = this.#parts.context
      .service<Sqs>('sqs')
      .onVisible(this.#mapping.sourceArn, () => queueMicrotask(() => this.#wake()))
    this.#wake()
  }

  stop(): Promise<void> {
    this.#unlisten?.()
    this.#unlisten = undefined
    this.#scaling.stop()
    this.#refused?.cancel()
    if (this.#gathered.length > 0) this.#flush()
    if (this.#inFlight === 0 && !this.#polling) return Promise.resolve()
    return new Promise((resolve) => {
      this.#drained = resolve
    })
  }

  get #name(): string {
    return this.#mapping.sourceArn.slice(this.#mapping.sourceArn.lastIndexOf(':') + 1)
  }

  #wake(): void {
    if (!this.#unlisten) return
    this.#again = true
    if (!this.#polling) void this.#poll()
  }

  /** One receive at a time; as many batches with the function as concurrency and host allow. */
  async #poll(): Promise<void> {
    this.#polling = true
    while (this.#again && this.#unlisten) {
      this.#again = false
      await this.#pollUntilEmpty()
    }
    this.#polling = false
    this.#settle()
  }

  async #pollUntilEmpty(): Promise<void> {
    const { settings } = this.#mapping
    while (this.#unlisten && !this.#refused) {
      if (this.#inFlight >= this.#scaling.limit(settings.maximumConcurrency))
        return this.#scaling.saturated(settings.maximumConcurrency)
      const slot = settings.window > 0 ? undefined : await this.#parts.invoker.host.wait()
      const received = await this.#receive(settings.batchSize - this.#gathered.length)
      if (!received || received.length === 0) {
        slot?.release()
        return this.#inFlight === 0 ? this.#scaling.drained() : undefined
      }
      await this.#take(received, slot)
    }
  }

  async #receive(most: number): Promise<SqsRecord[] | undefined> {
    this.#polled = this.#parts.context.kernel.journal.record('poll', this.#mapping.arn)
    try {
      const records = await this.#queue.receive(Math.max(1, Math.min(most, CALL_MESSAGES)), this.#polled)
      this.#mapping.lastResult = 'OK'
      this.#count('PolledEventCount', records)
      return records
    } catch (error) {
      this.#refuse(error)
      return undefined
    }
  }

  /** What the filter rejects is deleted: it is nobody's. */
  async #take(received: SqsRecord[], slot: Slot | undefined): Promise<void> {
    const { settings } = this.#mapping
    const wanted = received.filter((record) => settings.filter(filterableMessage(record)))
    if (wanted.length < received.length) {
      const unwanted = received.filter((record) => !wanted.includes(record))
      this.#count('FilteredOutEventCount', unwanted)
      await this.#remove(unwanted, this.#polled)
    }
    if (slot) {
      if (wanted.length > 0) this.#handOver(wanted, slot)
      else slot.release()
      return
    }
    for (const record of wanted) this.#gather(record)
    if (this.#gathered.length >= settings.batchSize) this.#flush()
  }

  #gather(record: SqsRecord): void {
    const size = JSON.stringify(record).length
    if (this.#gatheredBytes + size > MAX_EVENT_BYTES) this.#flush()
    this.#gathered.push(record)
    this.#gatheredBytes += size
    this.#window ??= this.#parts.context.kernel.clock.after(
      this.#mapping.settings.window * 1000,
      `lambda ${this.#name} batching window`,
      () => this.#flush(),
    )
  }

  #flush(): void {
    this.#window?.cancel()
    this.#window = undefined
    const records = this.#gathered
    this.#gathered = []
    this.#gatheredBytes = 0
    if (records.length > 0) this.#handOver(records, undefined)
  }

  #handOver(records: readonly SqsRecord[], slot: Slot | undefined): void {
    this.#inFlight += 1
    void this.#process(records, slot, this.#polled)
      .catch((error: unknown) => this.#refuse(error))
      .finally(() => {
        this.#inFlight -= 1
        this.#wake()
        this.#settle()
      })
  }

  async #process(records: readonly SqsRecord[], slot: Slot | undefined, cause: number): Promise<void> {
    const outcome = await this.#invoke(records, slot, cause)
    if (!outcome) return
    this.#count('InvokedEventCount', records)
    const done = outcome.failure ? [] : this.#handled(records, outcome)
    this.#count('FailedInvokeEventCount', records.slice(done.length))
    if (done.length > 0) await this.#remove(done, cause)
    this.#count('DeletedEventCount', done)
  }

  #handled(records: readonly SqsRecord[], { payload }: Outcome): readonly SqsRecord[] {
    if (!this.#mapping.settings.reportsFailures) return records
    const failed = readBatchAnswer(payload, new Set(records.map(({ messageId }) => messageId)))
    return failed === 'all' ? [] : records.filter(({ messageId }) => !failed.has(messageId))
  }

  #count(name: Parameters<typeof countEvents>[2], records: readonly SqsRecord[]): void {
    countEvents(this.#parts.context, this.#mapping, name, records.length)
  }

  /** A throttled batch is tried again until its messages become visible to others. */
  async #invoke(records: readonly SqsRecord[], taken: Slot | undefined, cause: number): Promise<Outcome | undefined> {
    const { clock, random } = this.#parts.context.kernel
    const payload = JSON.stringify({ Records: records })
    const received = clock.now()
    let slot = taken
    for (let wait = THROTTLED_WAIT_MS; ; wait *= 2) {
      slot ??= await this.#parts.invoker.host.wait()
      try {
        const target = this.#target()
        const messages = records.map(({ messageId }) => messageId)
        const requestId = random.uuid('lambda request')
        return await this.#parts.invoker.invoke({
          target,
          payload,
          requestId,
          cause,
          origin: 'sqs',
          messages,
          links: records.map(({ attributes }) => attributes.AWSTraceHeader),
          slot,
        })
      } catch (error) {
        slot.release()
        slot = undefined
        // Its messages come back until their queue gives them up.
        if (error instanceof AwsError && error.code === 'RecursiveInvocationException') return undefined
        if (!(error instanceof AwsError) || error.code !== 'TooManyRequestsException') throw error
        const visibleAgain = received + (await this.#queue.visibilityTimeout()) * 1000
        if (clock.now() + wait >= visibleAgain) return undefined
        await clock.sleep(wait, `lambda ${this.#name} retry after throttle`)
      }
    }
  }

  async #remove(records: readonly SqsRecord[], cause: number): Promise<void> {
    try {
      await this.#queue.remove(records, cause)
    } catch (error) {
      this.#refuse(error)
    }
  }

  /** Told in the mapping's state and in the journal; another try comes by itself. */
  #refuse(error: unknown): void {
    if (!(error instanceof AwsError)) throw error
    const { clock, journal } = this.#parts.context.kernel
    this.#mapping.lastResult = `PROBLEM: ${error.message}`
    journal.record('refused', this.#mapping.arn, undefined, { code: error.code, message: error.message })
    if (!this.#unlisten) return
    this.#refused ??= clock.after(
      REFUSED_WAIT_MS,
      `lambda ${this.#name} polls again`,
      () => {
        this.#refused = undefined
        this.#wake()
      },
      { background: true },
    )
  }

  #target(): Resolved {
    return this.#parts.functions.draw(this.#mapping.functionArn)
  }

  #caller() {
    const { version, fn } = this.#parts.functions.resolve(this.#mapping.functionArn)
    return this.#parts.context.service<Iam>('iam').assume('lambda.amazonaws.com', version.role, fn.name)
  }

  #settle(): void {
    if (this.#unlisten || this.#polling || this.#inFlight > 0) return
    this.#drained?.()
    this.#drained = undefined
  }
}
