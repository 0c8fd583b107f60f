import type { Envelope } from '../envelope.ts'
import { Dead } from '../failure.ts'
import { nextKey } from '../table-layout.ts'
import { Waiting } from './gate.ts'
import type { Ledger } from './ledger.ts'
import { versionIn } from './store-handle.ts'
import type { Item, Table } from './table.ts'

/** An event came before the one that it follows. It waits, untried. */
export class Gap extends Waiting {
  /** When the event that came too early was made, epoch milliseconds. */
  readonly since: number

  constructor({ aggregate = 'aggregate', partitionkey, seq, time }: Envelope, last: number) {
    super(`event ${seq} of ${aggregate} '${partitionkey}' came when ${last + 1} was due`, FIRST_WAIT_MS)
    this.since = Date.parse(time)
  }
}

const FIRST_WAIT_MS = 2_000

/**
 * Lets through the event that is next of its aggregate, and commits with the unit that it has been. What is older was handled.
 * @throws Gap where an event before it is missing; Dead `NoSequence` where the event has no place among others
 */
export async function takeNext(
  table: Table,
  ledger: Ledger,
  consumerId: string,
  envelope: Envelope,
): Promise<'next' | 'duplicate'> {
  const { seq, source, aggregate = '', partitionkey } = envelope
  if (seq === undefined)
    throw new Dead(`${envelope.type} has no seq: only events that an aggregate publishes in order have one`, {
      code: 'NoSequence',
    })
  const key = nextKey(consumerId, `${source}.${aggregate}`, partitionkey)
  const item = await table.get(key, true)
  const last = lastIn(item)
  if (seq <= last) return 'duplicate'
  if (seq > last + 1) throw new Gap(envelope, last)
  const version = versionIn(item)
  ledger.saw({ key, item, version, checked: true })
  ledger.write({ kind: 'put', key, content: { seq: { N: String(seq) } }, expected: version })
  return 'next'
}

const lastIn = (item: Item | undefined): number => Number(item?.seq?.N ?? 0)
