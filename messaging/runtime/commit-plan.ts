import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Envelope } from '../envelope.ts'
import {
  MARK_LIFETIME_SECONDS,
  markKey,
  OUTBOX_LIFETIME_SECONDS,
  OUTBOX_SHARDS,
  outboxKey,
  PARTITION_KEY,
  PRODUCER,
  TTL,
} from '../table-layout.ts'
import { appends, carrying, checks, type Parts, replaced, unchanged, writes } from './commit-actions.ts'
import { type Emitted, emissionsOf } from './emissions.ts'
import type { HomeMark } from './home.ts'
import { digest } from './ids.ts'
import type { Ledger } from './ledger.ts'
import { assertFits } from './limits.ts'
import { chooseScheme, type Scheme } from './scheme.ts'
import { contentIn } from './store-handle.ts'
import { attributes, placeOf } from './table.ts'

/**
 * The unit as DynamoDB actions. The first is always the mark's, so that positional reasons tell a duplicate; where the mark is kept in
 * the message's own item, a refused first action only says that the item has changed.
 */
export interface CommitPlan {
  readonly scheme: Scheme
  readonly refusedFirst: 'duplicate' | 'stale'
  readonly actions: readonly TransactWriteItem[]
}

export interface Committer {
  readonly table: string
  readonly consumerId: string
  /** The relay is far behind: what leaves is written in rows, which outlive the stream. @default false */
  readonly rowsOnly?: boolean
}

export async function planCommit(
  ledger: Ledger,
  committer: Committer,
  cause: Envelope,
  now: number,
  home?: HomeMark,
): Promise<CommitPlan> {
  const scheme = chooseScheme(ledger, committer.rowsOnly)
  if (scheme === 'none') return { scheme, refusedFirst: 'stale', actions: [] }
  const emitted = await emissionsOf(ledger, committer.consumerId, cause, now)
  const actions = ACTIONS[scheme]({ ledger, committer, cause, now, emitted, home })
  assertFits(actions)
  return { scheme, refusedFirst: home ? 'stale' : 'duplicate', actions }
}

const ACTIONS: Readonly<Record<Exclude<Scheme, 'none'>, (parts: Parts) => TransactWriteItem[]>> = {
  C0: (parts) => mark(parts, parts.emitted),
  C: (parts) => mark(parts, parts.emitted),
  B: (parts) =>
    parts.home && !parts.committer.rowsOnly
      ? [...markCarrying(parts), ...writes(parts), ...checks(parts)]
      : [...mark(parts), ...writes(parts), ...outbox(parts), ...checks(parts)],
  "B'": (parts) => [...markCarrying(parts), ...appends(parts), ...writes(parts), ...checks(parts)],
}

/** A message's own item, where it keeps the mark, is written in any case: what belongs to no aggregate leaves with it. */
const markCarrying = (parts: Parts): TransactWriteItem[] =>
  mark(parts, parts.home ? parts.emitted.filter(({ to }) => to === undefined) : [])

function mark(parts: Parts, carried: readonly Emitted[] = []): TransactWriteItem[] {
  return parts.home ? atHome(parts, parts.home, carried) : [ownItem(parts, carried)]
}

/** The message's own item with the message among those it remembers. */
function atHome(parts: Parts, { found, memory, chunk }: HomeMark, carried: readonly Emitted[]): TransactWriteItem[] {
  const { committer, ledger, now } = parts
  const write = ledger.writes.get(placeOf(found.key))
  const content = write ? (write.kind === 'put' ? write.content : undefined) : contentIn(found.item)
  const Item = {
    ...replaced(found, content, memory, now),
    [PRODUCER]: { S: committer.consumerId },
    ...carrying(carried),
  }
  return [
    { Put: { TableName: committer.table, Item, ...unchanged(found.version) } },
    ...(chunk ? [{ Put: { TableName: committer.table, Item: chunk } }] : []),
  ]
}

function ownItem({ committer, cause, now }: Parts, carried: readonly Emitted[]): TransactWriteItem {
  return {
    Put: {
      TableName: committer.table,
      Item: {
        ...attributes(markKey(committer.consumerId, cause.id)),
        [TTL]: { N: String(Math.floor(now / 1000) + MARK_LIFETIME_SECONDS) },
        ...carrying(carried),
      },
      // DynamoDB deletes an expired mark up to days late; until then it counts as gone, so that time alone decides.
      ConditionExpression: 'attribute_not_exists(#pk) OR #ttl < :now',
      ExpressionAttributeNames: { '#pk': PARTITION_KEY, '#ttl': TTL },
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
    },
  }
}

function outbox({ committer, cause, now, emitted }: Parts): TransactWriteItem[] {
  if (emitted.length === 0) return []
  const shard = Number.parseInt(digest(cause.id).slice(0, 2), 16) % OUTBOX_SHARDS
  const key = outboxKey(committer.consumerId, Math.floor(now / 3_600_000), shard, `${cause.time}#${cause.id}`)
  const ttl = { N: String(Math.floor(now / 1000) + OUTBOX_LIFETIME_SECONDS) }
  return [{ Put: { TableName: committer.table, Item: { ...attributes(key), [TTL]: ttl, ...carrying(emitted) } } }]
}
