import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Envelope } from '../envelope.ts'
import {
  eventKey,
  headKey,
  MARK_LIFETIME_SECONDS,
  markKey,
  OUT,
  OUTBOX_LIFETIME_SECONDS,
  OUTBOX_SHARDS,
  outboxKey,
  PARTITION_KEY,
  RING,
  type TableKey,
  TTL,
  VERSION,
} from '../table-layout.ts'
import { type Emitted, emissionsOf } from './emissions.ts'
import type { HomeMark } from './home.ts'
import { digest } from './ids.ts'
import type { Append, Found, Ledger } from './ledger.ts'
import { assertFits } from './limits.ts'
import { remembered } from './ring.ts'
import { chooseScheme, type Scheme } from './scheme.ts'
import { contentIn } from './store-handle.ts'
import { attributes, type Item, placeOf } from './table.ts'

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

/** Names of a head's producer: the relay asks the manifest whether it may publish what the head carries. */
export const PRODUCER = '_by'

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

/** An item that a unit is committed with: as it must still be, and as it becomes. */
export interface Recorded {
  readonly key: TableKey
  /** `undefined`: there is none. */
  readonly version: number | undefined
  readonly content: Item
}

/** As `planCommit`, with a record of its own in the place of the mark. The record also carries what belongs to no aggregate. */
export async function planRecorded(
  ledger: Ledger,
  committer: Committer,
  cause: Envelope,
  now: number,
  { key, version, content }: Recorded,
): Promise<CommitPlan> {
  const emitted = await emissionsOf(ledger, committer.consumerId, cause, now)
  const record: TransactWriteItem = {
    Put: {
      TableName: committer.table,
      Item: {
        ...attributes(key),
        ...content,
        [VERSION]: { N: String((version ?? 0) + 1) },
        [PRODUCER]: { S: committer.consumerId },
        ...carrying(emitted.filter(({ to }) => to === undefined)),
      },
      ...unchanged(version),
    },
  }
  const leaving = emitted.filter(({ to }) => to !== undefined)
  const parts = { ledger, committer, cause, now, emitted: leaving, home: undefined }
  const actions = [record, ...appends(parts), ...writes(parts), ...checks(parts)]
  assertFits(actions)
  return { scheme: 'B', refusedFirst: 'duplicate', actions }
}

interface Parts {
  readonly ledger: Ledger
  readonly committer: Committer
  readonly cause: Envelope
  readonly now: number
  readonly emitted: readonly Emitted[]
  readonly home: HomeMark | undefined
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

function writes({ ledger, committer, now }: Parts): TransactWriteItem[] {
  const elsewhere = [...ledger.writes.values()].filter(({ key }) => !ledger.isHome(key))
  return elsewhere.map((write) => {
    const found = ledger.foundAt(write.key) ?? { key: write.key, item: undefined, version: write.expected }
    const memory = remembered(found.item)
    const guarded = { TableName: committer.table, ...unchanged(write.expected) }
    const isKept = write.kind === 'put' || Object.keys(memory).length > 0
    const content = write.kind === 'put' ? write.content : undefined
    if (isKept) return { Put: { ...guarded, Item: replaced(found, content, memory, now) } }
    const blind = { TableName: committer.table, ...REMEMBERS_NOTHING }
    return { Delete: { ...(write.expected === undefined ? blind : guarded), Key: attributes(write.key) } }
  })
}

/** Who deletes an item unseen cannot keep what it remembers. */
const REMEMBERS_NOTHING = {
  ConditionExpression: 'attribute_not_exists(#ring)',
  ExpressionAttributeNames: { '#ring': RING },
}

/** An item's next image. Without content it is deleted, and stays as long as its memory may be asked for. */
function replaced(
  { key, version }: Pick<Found, 'key' | 'version'>,
  content: Item | undefined,
  memory: Item,
  now: number,
): Item {
  // A new item starts at the time, not at 1: one that was deleted and made again must not look unchanged.
  const next = { N: String(version === undefined ? now : version + 1) }
  const end = { [TTL]: { N: String(Math.floor(now / 1000) + MARK_LIFETIME_SECONDS) } }
  return { ...attributes(key), ...(content ?? end), ...memory, [VERSION]: next }
}

function outbox({ committer, cause, now, emitted }: Parts): TransactWriteItem[] {
  if (emitted.length === 0) return []
  const shard = Number.parseInt(digest(cause.id).slice(0, 2), 16) % OUTBOX_SHARDS
  const key = outboxKey(committer.consumerId, Math.floor(now / 3_600_000), shard, `${cause.time}#${cause.id}`)
  const ttl = { N: String(Math.floor(now / 1000) + OUTBOX_LIFETIME_SECONDS) }
  return [{ Put: { TableName: committer.table, Item: { ...attributes(key), [TTL]: ttl, ...carrying(emitted) } } }]
}

function appends(parts: Parts): TransactWriteItem[] {
  const appended = [...parts.ledger.appends.values()].filter((append) => append.events.length > 0)
  return appended.flatMap((append, index) => [
    // What belongs to no aggregate leaves with the first head, unless the message's own item carries it.
    head(
      parts,
      append,
      parts.emitted.filter((e) => e.to === append || (index === 0 && e.to === undefined && !parts.home)),
    ),
    ...events(parts, append),
  ])
}

function head({ committer }: Parts, append: Append, carried: readonly Emitted[]): TransactWriteItem {
  const version = append.base + append.events.length
  return {
    Put: {
      TableName: committer.table,
      Item: {
        ...attributes(headKey(append.aggregate.name, append.id)),
        [VERSION]: { N: String(version) },
        [PRODUCER]: { S: committer.consumerId },
        ...carrying(carried),
      },
      ...unchanged(append.base || undefined),
    },
  }
}

function events({ committer, cause, now }: Parts, append: Append): TransactWriteItem[] {
  return append.events.map(({ contract, wire }, index) => ({
    Put: {
      TableName: committer.table,
      Item: {
        ...attributes(eventKey(append.aggregate.name, append.id, append.base + index + 1)),
        type: { S: contract.name },
        dataversion: { N: String(contract.version) },
        data: { S: JSON.stringify(wire) },
        cause: { S: cause.id },
        time: { S: new Date(now).toISOString() },
      },
    },
  }))
}

function checks({ ledger, committer }: Parts): TransactWriteItem[] {
  const elsewhere = ledger.checks.filter(({ key }) => !ledger.isHome(key))
  return elsewhere.map(({ key, version }) => ({
    ConditionCheck: { TableName: committer.table, Key: attributes(key), ...unchanged(version) },
  }))
}

const carrying = (emitted: readonly Emitted[]): Item =>
  emitted.length === 0 ? {} : { [OUT]: { S: JSON.stringify(emitted.map((e) => e.outgoing)) } }

/** The condition that an item still is as it was read. */
function unchanged(version: number | undefined) {
  if (version === undefined)
    return { ConditionExpression: 'attribute_not_exists(#pk)', ExpressionAttributeNames: { '#pk': PARTITION_KEY } }
  return {
    ConditionExpression: '#v = :v',
    ExpressionAttributeNames: { '#v': VERSION },
    ExpressionAttributeValues: { ':v': { N: String(version) } },
  }
}

/** Where an action happens, for telling which item was in the way. */
export function targetOf(action: TransactWriteItem): TableKey | undefined {
  const item = action.Put?.Item ?? action.Delete?.Key ?? action.ConditionCheck?.Key
  return item && { pk: item[PARTITION_KEY]?.S ?? '', sk: item.sk?.S ?? '' }
}
