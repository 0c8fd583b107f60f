import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'

/** A row of a service's table that the reconciliation understands. */
export type Row =
  /** An event of an aggregate. */
  | {
      readonly kind: 'event'
      readonly aggregate: string
      readonly type: string
      readonly data: Record<string, unknown>
    }
  /** An item of a store. */
  | { readonly kind: 'item'; readonly store: string; readonly item: Record<string, unknown> }
  /** A message that waits for an operator. */
  | { readonly kind: 'parked'; readonly consumer: string; readonly group: string }
  /** A saga that waits for an operator. */
  | { readonly kind: 'saga'; readonly saga: string; readonly sagaId: string; readonly attention: string }
  /** A row of the provider's books, which are not the kit's. */
  | { readonly kind: 'plain'; readonly pk: string; readonly row: Record<string, unknown> }

/** Reads a whole table. Bookkeeping of the kit (marks, heads, outgoing rows) is left out. */
export async function* rowsOf(client: DynamoDBClient, table: string): AsyncGenerator<Row> {
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true }))
    for (const item of page.Items ?? []) {
      const row = understood(unmarshall(item))
      if (row) yield row
    }
}

function understood(row: Record<string, unknown>): Row | undefined {
  const pk = String(row.pk)
  const sk = String(row.sk)
  const [kind = '', ...rest] = pk.split('#')
  if (kind === 'park' && sk.startsWith('message#'))
    return { kind: 'parked', consumer: rest[0] ?? '', group: rest.slice(1).join('#') }
  if (kind === 'saga' && typeof row.attention === 'string')
    return { kind: 'saga', saga: rest[0] ?? '', sagaId: sk, attention: row.attention }
  if (sk.startsWith('event#'))
    return { kind: 'event', aggregate: kind, type: String(row.type), data: JSON.parse(String(row.data)) }
  if (isRecord(row.item)) return { kind: 'item', store: kind, item: row.item }
  return row.answer === undefined ? undefined : { kind: 'plain', pk, row }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
