import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Envelope } from '../envelope.ts'
import {
  eventKey,
  headKey,
  MARK_LIFETIME_SECONDS,
  markKey,
  OUT,
  OUTBOX_LIFETIME_SECONDS,
  outboxKey,
  PARTITION_KEY,
  type TableKey,
  TTL,
  VERSION,
} from '../table-layout.ts'
import { type Emitted, emissionsOf } from './emissions.ts'
import { digest } from './ids.ts'
import type { Append, Ledger, Write } from './ledger.ts'
import { assertFits } from './limits.ts'
import { chooseScheme, type Scheme } from './scheme.ts'
import { attributes, type Item } from './table.ts'

/** The unit as DynamoDB actions. The first is always the mark's, so that positional reasons tell a duplicate. */
export interface CommitPlan {
  readonly scheme: Scheme
  readonly actions: readonly TransactWriteItem[]
}

export interface Committer {
  readonly table: string
  readonly consumerId: string
}

/** Names of a head's producer: the relay asks the manifest whether it may publish what the head carries. */
export const PRODUCER = '_by'

const OUTBOX_SHARDS = 4

export async function planCommit(
  ledger: Ledger,
  committer: Committer,
  cause: Envelope,
  now: number,
): Promise<CommitPlan> {
  const scheme = chooseScheme(ledger)
  if (scheme === 'none') return { scheme, actions: [] }
  const emitted = await emissionsOf(ledger, committer.consumerId, cause, now)
  const plan = { scheme, actions: ACTIONS[scheme]({ ledger, committer, cause, now, emitted }) }
  assertFits(plan.actions)
  return plan
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
  const parts = { ledger, committer, cause, now, emitted: emitted.filter(({ to }) => to !== undefined) }
  const plan = { scheme: 'B' as const, actions: [record, ...appends(parts), ...writes(parts), ...checks(parts)] }
  assertFits(plan.actions)
  return plan
}

interface Parts {
  readonly ledger: Ledger
  readonly committer: Committer
  readonly cause: Envelope
  readonly now: number
  readonly emitted: readonly Emitted[]
}

// Scheme C (one conditional write of one aggregate, which remembers its recent ids) takes its place in this table.
const ACTIONS: Readonly<Record<Exclude<Scheme, 'none'>, (parts: Parts) => TransactWriteItem[]>> = {
  C0: (parts) => [mark(parts, parts.emitted)],
  B: (parts) => [mark(parts), ...writes(parts), ...outbox(parts), ...checks(parts)],
  "B'": (parts) => [mark(parts), ...appends(parts), ...writes(parts), ...checks(parts)],
}

function mark({ committer, cause, now }: Parts, carried: readonly Emitted[] = []): TransactWriteItem {
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
  return [...ledger.writes.values()].map((write) => {
    const guarded = { TableName: committer.table, ...unchanged(write.expected) }
    if (write.kind === 'put') return { Put: { ...guarded, Item: put(write, now) } }
    return {
      Delete: {
        ...(write.expected === undefined ? { TableName: committer.table } : guarded),
        Key: attributes(write.key),
      },
    }
  })
}

function put({ key, content, expected }: Extract<Write, { kind: 'put' }>, now: number): Item {
  // A new item starts at the time, not at 1: one that was deleted and made again must not look unchanged.
  return { ...attributes(key), ...content, [VERSION]: { N: String(expected === undefined ? now : expected + 1) } }
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
    // What belongs to no aggregate leaves with the first head.
    head(
      parts,
      append,
      parts.emitted.filter((e) => e.to === append || (index === 0 && e.to === undefined)),
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
  return ledger.checks.map(({ key, version }) => ({
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
