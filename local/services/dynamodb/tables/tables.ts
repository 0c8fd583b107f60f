import type { CreateTableInput } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../../../errors.ts'
import type { CloudContext } from '../../../service.ts'
import { invalid, namedTableNotFound, tableNotFound } from '../errors.ts'
import type { Database } from '../store/database.ts'
import type { StreamView } from '../streams/stream.ts'
import type { Streams } from '../streams/streams.ts'
import { decodeItem } from '../values/codec.ts'
import { indexKeyOf } from './key-checks.ts'
import { newTableState } from './make-state.ts'
import { type Index, projectedAttributes } from './schema.ts'
import { Table, type TableState } from './table.ts'

/** Time that a table or an index takes to change its state. AWS takes seconds to minutes; only the order matters here. */
export const CHANGE_MS = 100

/** The tables by name, and how they come, change and go. */
export class Tables {
  readonly #context: CloudContext
  readonly #database: Database
  readonly #streams: Streams
  readonly #tables = new Map<string, Table>()
  #number = 0

  constructor(context: CloudContext, database: Database, streams: Streams) {
    this.#context = context
    this.#database = database
    this.#streams = streams
    database.exec('CREATE TABLE IF NOT EXISTS tables (number INTEGER PRIMARY KEY, state TEXT NOT NULL)')
    const rows = database.statement('SELECT state FROM tables ORDER BY number').all()
    for (const { state } of rows) this.#restore(JSON.parse(state as string) as TableState)
  }

  /** A table whose items can be read and written. */
  active(name: string): Table {
    const table = this.#tables.get(name)
    if (!table || table.state.status === 'CREATING' || table.state.status === 'DELETING') throw tableNotFound()
    return table
  }

  find(name: string): Table | undefined {
    return this.#tables.get(name)
  }

  /** A table in any state, as the control plane finds it. */
  named(name: string): Table {
    const table = this.#tables.get(name)
    if (!table) throw namedTableNotFound(name)
    return table
  }

  byArn(arn: string): Table | undefined {
    const name = /:table\/([^/]+)/.exec(arn)?.[1]
    const table = name === undefined ? undefined : this.#tables.get(name)
    return table?.state.arn === arn.split('/').slice(0, 2).join('/') ? table : undefined
  }

  all(): Table[] {
    return [...this.#tables.values()]
  }

  names(): string[] {
    return [...this.#tables.keys()].sort()
  }

  arn(name: string): string {
    return `arn:aws:dynamodb:${this.#context.region}:${this.#context.account}:table/${name}`
  }

  create(name: string, input: CreateTableInput): Table {
    if (this.#tables.has(name)) throw new AwsError('ResourceInUseException', `Table already exists: ${name}`)
    this.#number += 1
    const { clock, random } = this.#context.kernel
    const state = newTableState(input, {
      number: this.#number,
      name,
      arn: this.arn(name),
      id: random.uuid(`table ${name}`),
      now: clock.now(),
    })
    const table = new Table(this.#database, state)
    this.#tables.set(name, table)
    if (input.StreamSpecification?.StreamEnabled)
      this.#streams.enable(table, input.StreamSpecification.StreamViewType as StreamView)
    this.save(table)
    this.#later(table, 'create', () => this.activate(table))
    return table
  }

  /** Ends a creation or an update at once: fills indexes and makes everything ACTIVE. */
  activate(table: Table): void {
    if (table.state.status === 'DELETING' || this.#tables.get(table.name) !== table) return
    this.#database.atomically(() => {
      for (const index of [...table.indexes]) {
        if (index.status === 'DELETING') table.dropIndex(index)
        else if (index.status === 'CREATING') backfill(table, index)
        index.status = 'ACTIVE'
      }
      table.state.status = 'ACTIVE'
      this.save(table)
    })
  }

  /** Marks the table as changing, and ends that in a while. */
  beginUpdate(table: Table): void {
    table.state.status = 'UPDATING'
    this.save(table)
    this.#later(table, 'update', () => this.activate(table))
  }

  delete(name: string): Table {
    const table = this.named(name)
    checkNotBusy(table)
    if (table.state.deletionProtection)
      throw invalid(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      )
    table.state.status = 'DELETING'
    this.#streams.disable(table)
    this.save(table)
    this.#later(table, 'delete', () => this.remove(table))
    return table
  }

  /** Ends a deletion at once. */
  remove(table: Table): void {
    if (this.#tables.get(table.name) !== table || table.state.status !== 'DELETING') return
    this.#database.atomically(() => {
      table.drop()
      this.#database.statement('DELETE FROM tables WHERE number = ?').run(table.state.number)
    })
    this.#tables.delete(table.name)
  }

  save(table: Table): void {
    this.#database
      .statement('INSERT OR REPLACE INTO tables (number, state) VALUES (?, ?)')
      .run(table.state.number, JSON.stringify(table.state))
  }

  #later(table: Table, what: string, work: () => void): void {
    this.#context.kernel.clock.after(CHANGE_MS, `dynamodb ${what} table ${table.name}`, work)
  }

  /** A table as a former process left it; what it had begun is ended. */
  #restore(kept: TableState): void {
    const indexes = kept.indexes.map((index) => ({
      ...index,
      attributes: projectedAttributes(kept.key, index.key, index.projection),
    }))
    const table = new Table(this.#database, { ...kept, indexes })
    this.#number = Math.max(this.#number, kept.number)
    this.#tables.set(kept.name, table)
    if (kept.status === 'DELETING') this.remove(table)
    else if (kept.status !== 'ACTIVE') this.activate(table)
  }
}

/** @throws AwsError while the table is being made, changed or deleted */
export function checkNotBusy(table: Table): void {
  const doing = { CREATING: 'created', UPDATING: 'updated', DELETING: 'deleted', ACTIVE: undefined }[table.state.status]
  if (doing !== undefined)
    throw new AwsError(
      'ResourceInUseException',
      `Attempt to change a resource which is still in use: Table is being ${doing}: ${table.name}`,
    )
}

/** Enters the table's items into a new index; what has not its keys, or as values that no key may have, stays out. */
function backfill(table: Table, index: Index): void {
  const entries = table.entries(index)
  for (const row of table.store.rows()) {
    const entry = indexKeyOf(index.key, decodeItem(row.item))
    if (entry) entries.insert(entry, row, row)
  }
}
