import type { CloudContext } from '../../../service.ts'
import type { StoredKey } from '../store/keys.ts'
import type { Table } from '../tables/table.ts'
import type { Tables } from '../tables/tables.ts'
import { decodeItem } from '../values/codec.ts'
import { type Change, OldItem } from './plan.ts'
import { expirySecond, type Writer } from './writer.ts'

/** How long after an item's expiry it is swept at the earliest. AWS promises days, and is seldom faster than minutes. */
const SWEEP_DELAY_S = 600

/** What expired longer ago than this is never swept, as AWS says: it is more likely a mistake. */
const TOO_OLD_S = 5 * 365 * 86_400

/** Deletes expired items some time after they expired; until then they can be read and written. */
export class TimeToLive {
  readonly #context: CloudContext
  readonly #tables: Tables
  readonly #writer: Writer
  readonly #planned = new Map<Table, { readonly due: number; cancel(): void }>()

  constructor(context: CloudContext, tables: Tables, writer: Writer) {
    this.#context = context
    this.#tables = tables
    this.#writer = writer
    for (const table of tables.all()) this.#plan(table)
  }

  /** Starts or ends the expiry of a table's items by an attribute. */
  change(table: Table, attribute: string, enabled: boolean): void {
    const now = this.#context.kernel.clock.now()
    table.state.ttl = { attribute, changedAt: now, status: enabled ? 'ENABLED' : 'DISABLED' }
    for (const { row, item } of table.store.rows())
      table.store.setTtl(row, enabled ? expirySecond(decodeItem(item), attribute) : null)
    this.#tables.save(table)
    this.#plan(table)
  }

  /** To be called after a write: its item may expire before all others. */
  noticeWrite({ table, next }: Change): void {
    const ttl = table.state.ttl
    if (ttl?.status !== 'ENABLED' || !next) return
    const second = expirySecond(next.item, ttl.attribute)
    const planned = this.#planned.get(table)
    if (second !== null && (!planned || (second + SWEEP_DELAY_S) * 1000 < planned.due)) this.#plan(table)
  }

  #nowSeconds(): number {
    return Math.floor(this.#context.kernel.clock.now() / 1000)
  }

  /** One background timer a table, at the next item's time to be swept. */
  #plan(table: Table): void {
    this.#planned.get(table)?.cancel()
    this.#planned.delete(table)
    if (table.state.ttl?.status !== 'ENABLED') return
    const now = this.#nowSeconds()
    const next = table.store.nextExpiry(now - TOO_OLD_S)
    if (next === undefined) return
    const due = Math.max(next + SWEEP_DELAY_S, now + 1) * 1000
    const sweep = () => this.#sweep(table)
    const options = { background: true }
    this.#planned.set(table, this.#context.kernel.clock.at(due, `dynamodb time to live ${table.name}`, sweep, options))
  }

  #sweep(table: Table): void {
    if (this.#tables.find(table.name) === table) {
      const now = this.#nowSeconds()
      for (const key of table.store.expired(now - TOO_OLD_S, now - SWEEP_DELAY_S)) this.#delete(table, key)
    }
    this.#plan(table)
  }

  #delete(table: Table, key: StoredKey): void {
    const row = table.store.find(key)
    if (!row) return
    const old = new OldItem(row)
    const change = { table, key, given: old.item, old, next: undefined }
    this.#writer.apply([change], { expiry: true })
    this.#context.kernel.journal.record('expire', table.state.arn, undefined, { size: row.size })
  }
}
