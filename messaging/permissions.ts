import type { Declaration, StoreDeclaration } from './declaration.ts'
import { bookkeepingKeys, outboxKeys, relayKeys, storeKeys } from './table-layout.ts'

/** IAM actions on the service's table, for items whose `pk` matches one of `keys` (`dynamodb:LeadingKeys`, StringLike). */
export interface TableAccess {
  readonly actions: readonly string[]
  readonly keys: readonly string[]
  /** Only as part of this operation (`dynamodb:EnclosingOperation`). @default any */
  readonly within?: 'TransactWriteItems'
}

const READ_STORE = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']
const WRITE_STORE = [...READ_STORE, 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem']
const READ_AGGREGATE = ['dynamodb:Query']
const WRITE_AGGREGATE = ['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:ConditionCheckItem']
/** A unit marks, a failing ordered group is counted, what cannot be handled is parked. */
const BOOKKEEPING = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']

/** What leaves is committed together with what was done: an outbox row by itself is nobody's to write. */
const OUTBOX = { actions: ['dynamodb:PutItem'], within: 'TransactWriteItems' } as const

/** Exactly what the runtime of a declared handler does to the table: there is no action for a transaction as such. */
export function tableAccessOf(declaration: Declaration): readonly TableAccess[] {
  const stores = declaration.stores.map(storeAccess)
  if (declaration.kind === 'endpoint') return stores
  const { id } = declaration
  return [{ actions: BOOKKEEPING, keys: bookkeepingKeys(id) }, { ...OUTBOX, keys: outboxKeys(id) }, ...stores]
}

/** The relay parks what can never be published, and asks whether an ordered group is parked. */
export const relayTableAccess: TableAccess = {
  actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  keys: relayKeys,
}

function storeAccess({ name, kind, access }: StoreDeclaration): TableAccess {
  const write = access === 'write'
  if (kind === 'aggregate') return { actions: write ? WRITE_AGGREGATE : READ_AGGREGATE, keys: storeKeys(name) }
  return { actions: write ? WRITE_STORE : READ_STORE, keys: storeKeys(name) }
}
