import type { Database } from '../store/database.ts'
import type { IndexStore } from '../store/index-store.ts'
import { TableStore } from '../store/table-store.ts'
import type { KeyType } from '../values/value.ts'
import type { Index, KeySchema, Throughput } from './schema.ts'

export type TableStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING'
export type BillingMode = 'PROVISIONED' | 'PAY_PER_REQUEST'

/** Everything about a table but its items: plain data, so that it can be kept. */
export interface TableState {
  readonly number: number
  readonly name: string
  readonly arn: string
  readonly id: string
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number
  readonly key: KeySchema
  status: TableStatus
  attributes: readonly { readonly name: string; readonly type: KeyType }[]
  indexes: Index[]
  nextIndexNumber: number
  billing: BillingMode
  /** When the table last went on demand. */
  onDemandSince?: number | undefined
  throughput: Throughput
  maximumThroughput?: Throughput | undefined
  tableClass?: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS' | undefined
  /** Milliseconds since the epoch; absent while the class is the one that the table began with. */
  tableClassChanged?: number
  encryptionKey?: string | undefined
  deletionProtection: boolean
  tags: Record<string, string>
  ttl?: { readonly attribute: string; readonly changedAt: number; status: 'ENABLED' | 'DISABLED' } | undefined
  /** Since when, and for how many days, its past can be restored, as the table was told. */
  recovery?: { readonly since: number; readonly days: number } | undefined
  policy?: { readonly document: string; readonly revision: string } | undefined
  /** Number of the table's newest stream; it may have been disabled. */
  stream?: number | undefined
}

/** A table with its rows. */
export class Table {
  readonly state: TableState
  readonly store: TableStore
  readonly #indexStores = new Map<number, IndexStore>()

  constructor(database: Database, state: TableState) {
    this.state = state
    this.store = new TableStore(database, state.number)
  }

  get name(): string {
    return this.state.name
  }

  get key(): KeySchema {
    return this.state.key
  }

  get indexes(): readonly Index[] {
    return this.state.indexes
  }

  index(name: string): Index | undefined {
    return this.state.indexes.find((index) => index.name === name)
  }

  indexArn(name: string): string {
    return `${this.state.arn}/index/${name}`
  }

  entries(index: Index): IndexStore {
    const known = this.#indexStores.get(index.number)
    if (known) return known
    const made = this.store.index(index.number)
    this.#indexStores.set(index.number, made)
    return made
  }

  dropIndex(index: Index): void {
    this.entries(index).drop()
    this.#indexStores.delete(index.number)
    this.state.indexes = this.state.indexes.filter(({ number }) => number !== index.number)
  }

  drop(): void {
    for (const index of this.state.indexes) this.entries(index).drop()
    this.store.drop()
  }
}
