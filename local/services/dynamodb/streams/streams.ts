import type { CloudContext } from '../../../service.ts'
import type { Change } from '../items/plan.ts'
import type { Origin } from '../items/writer.ts'
import type { Database } from '../store/database.ts'
import { keyAttributes } from '../tables/schema.ts'
import type { Table } from '../tables/table.ts'
import { itemSize } from '../values/check.ts'
import { encodeItem } from '../values/codec.ts'
import type { Item } from '../values/value.ts'
import { RecordStore } from './record-store.ts'
import { type Shard, type StoredRecord, type StreamState, type StreamView, seqOf } from './stream.ts'

/** AWS keeps a record, and a stream that was disabled, for so long. */
export const RETENTION_MS = 24 * 3_600_000

/** A shard takes records for so long; its child takes the next. */
const SHARD_MS = 4 * 3_600_000

/** Told that a stream has new records; called once for a write, after it is committed. */
export type RecordListener = () => void

/** The streams of all tables. */
export class Streams {
  readonly #context: CloudContext
  readonly #store: RecordStore
  readonly #streams = new Map<number, StreamState>()
  readonly #listeners = new Map<string, Set<RecordListener>>()
  readonly #changed = new Set<StreamState>()

  constructor(context: CloudContext, database: Database) {
    this.#context = context
    this.#store = new RecordStore(database)
    for (const state of this.#store.load()) this.#streams.set(state.number, state)
  }

  /** Calls the listener whenever the stream has new records; the answer ends it. */
  onRecords(streamArn: string, listener: RecordListener): () => void {
    const listeners = this.#listeners.get(streamArn) ?? new Set()
    this.#listeners.set(streamArn, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  isEnabled(table: Table): boolean {
    const { stream } = table.state
    return stream !== undefined && this.#streams.get(stream)?.status === 'ENABLED'
  }

  /** The table's newest stream, enabled or not. */
  ofTable(table: Table): StreamState | undefined {
    return table.state.stream === undefined ? undefined : this.#streams.get(table.state.stream)
  }

  /** Streams that can still be read, oldest first: a disabled one for 24 hours. */
  all(): StreamState[] {
    const horizon = this.#context.kernel.clock.now() - RETENTION_MS
    for (const state of this.#streams.values())
      if (state.status === 'DISABLED' && state.shardSince < horizon) this.#forget(state)
    return [...this.#streams.values()]
  }

  byArn(arn: string): StreamState | undefined {
    return this.all().find((state) => state.arn === arn)
  }

  /** Opens a stream on the table, in place of one that was disabled. */
  enable(table: Table, view: StreamView): StreamState {
    const now = this.#context.kernel.clock.now()
    const number = Math.max(0, ...this.#streams.keys()) + 1
    const label = new Date(now).toISOString().slice(0, -1)
    const state: StreamState = {
      number,
      arn: `${table.state.arn}/stream/${label}`,
      label,
      tableName: table.name,
      tableNumber: table.state.number,
      key: table.key,
      view,
      createdAt: now,
      status: 'ENABLED',
      shards: [],
      shardSince: now,
    }
    this.#openShard(state)
    this.#streams.set(number, state)
    table.state.stream = number
    return state
  }

  /** Ends the table's stream; its records stay readable until they are too old. */
  disable(table: Table): void {
    const state = this.ofTable(table)
    if (state?.status !== 'ENABLED') return
    state.status = 'DISABLED'
    state.shardSince = this.#context.kernel.clock.now()
    this.#closeShard(state)
    this.#store.save(state)
  }

  append({ table, old, next }: Change, origin: Origin): void {
    const state = this.ofTable(table) as StreamState
    this.#rollShard(state)
    const { view } = state
    const keys = keysOf(table, (next?.item ?? old?.item) as Item)
    const newImage = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES' ? next : undefined
    const oldImage = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES' ? old?.row : undefined
    this.#store.append(state.number, {
      at: this.#context.kernel.clock.now(),
      event: old ? (next ? 'MODIFY' : 'REMOVE') : 'INSERT',
      keys: encodeItem(keys, hasBinaryKey(table)),
      next: newImage?.text ?? null,
      old: oldImage?.item ?? null,
      size: itemSize(keys) + (newImage?.size ?? 0) + (oldImage?.size ?? 0),
      expiry: origin.expiry ? 1 : 0,
      cause: origin.cause ?? null,
    })
    this.#changed.add(state)
  }

  /** Tells the listeners of the streams that got records since the last time. */
  announce(): void {
    if (this.#changed.size === 0) return
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const state of changed) for (const listener of this.#listeners.get(state.arn) ?? []) listener()
  }

  /** Forgets what an undone write appended. */
  undo(newest: number): void {
    this.#store.rewind(newest)
    this.#changed.clear()
  }

  get newest(): number {
    return this.#store.newest
  }

  /** Number of the newest record that is too old to be kept; 0 where none is. */
  trimPoint(state: StreamState): number {
    this.#store.trim(state.number, this.#context.kernel.clock.now() - RETENTION_MS)
    return this.#store.trimmed(state.number)
  }

  /** A shard's records after a number, oldest first. */
  read(state: StreamState, shard: Shard, after: number, limit: number): StoredRecord[] {
    const from = Math.max(after, shard.start)
    return this.#store.after(state.number, from, shard.end ?? Number.MAX_SAFE_INTEGER, limit)
  }

  causeOf(arn: string, sequenceNumber: string): number | undefined {
    const state = this.byArn(arn)
    const seq = seqOf(sequenceNumber)
    if (!state || seq === undefined) return undefined
    return this.#store.after(state.number, seq - 1, seq, 1)[0]?.cause ?? undefined
  }

  #rollShard(state: StreamState): void {
    if (this.#context.kernel.clock.now() - state.shardSince < SHARD_MS) return
    this.#closeShard(state)
    this.#openShard(state)
  }

  #closeShard(state: StreamState): void {
    const open = state.shards.at(-1)
    if (open) open.end = this.#store.newest
  }

  #openShard(state: StreamState): void {
    const now = this.#context.kernel.clock.now()
    const parent = state.shards.at(-1)
    const suffix = this.#context.kernel.random.hex(`shard of ${state.arn}`).slice(0, 8)
    const id = `shardId-${String(now).padStart(20, '0')}-${suffix}`
    state.shardSince = now
    state.shards = state.shards.filter(({ end }) => end === undefined || this.#holds(state, end))
    state.shards.push({ id, start: this.#store.newest, ...(parent && { parent: parent.id }) })
    this.#store.save(state)
  }

  /** Whether the stream still keeps records up to the end of a closed shard. */
  #holds(state: StreamState, end: number): boolean {
    return this.#store.after(state.number, 0, end, 1).length > 0
  }

  #forget(state: StreamState): void {
    this.#store.forget(state.number)
    this.#streams.delete(state.number)
  }
}

function keysOf(table: Table, item: Item): Item {
  return Object.fromEntries(keyAttributes(table.key).map(({ name }) => [name, item[name] as Item[string]]))
}

const hasBinaryKey = (table: Table): boolean => keyAttributes(table.key).some(({ type }) => type === 'B')
