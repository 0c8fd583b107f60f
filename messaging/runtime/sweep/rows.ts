import { OUT, OUTBOX_SHARDS, outboxKey, SORT_KEY } from '../../table-layout.ts'
import { digest } from '../ids.ts'
import { publish } from '../publishing.ts'
import type { RelayDesk } from '../relay-desk.ts'
import { recordFrom } from './saved.ts'

const HOUR = 3_600_000

/**
 * Publishes the outbox rows of the hours in which the stream may have dropped their records. What must keep an order is in no such
 * row. Answers false where they cannot leave yet.
 */
export async function publishRows(desk: RelayDesk, from: number, until: number): Promise<boolean> {
  for (let hour = Math.floor(from / HOUR); hour <= Math.floor(until / HOUR); hour++)
    for (const producer of Object.keys(desk.dispatch.manifest))
      for (let shard = 0; shard < OUTBOX_SHARDS; shard++) {
        const { pk } = outboxKey(producer, hour, shard, '')
        const rows = await desk.table.query(pk, '', true)
        const records = rows.map((row) =>
          recordFrom(numberOf(pk, row[SORT_KEY]?.S ?? ''), producer, row[OUT]?.S ?? '[]'),
        )
        if (records.length > 0 && (await publish(desk, records)) !== undefined) return false
      }
  return true
}

/** In place of the stream's sequence number: a row's own, so that it is parked once only where it can never leave. */
const numberOf = (pk: string, sk: string): string => BigInt(`0x${digest(pk, sk)}`).toString()
