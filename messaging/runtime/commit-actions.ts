import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Envelope } from '../envelope.ts'
import {
  eventKey,
  headKey,
  MARK_LIFETIME_SECONDS,
  OUT,
  PARTITION_KEY,
  PRODUCER,
  RING,
  type TableKey,
  TTL,
  VERSION,
} from '../table-layout.ts'
import type { Committer } from './commit-plan.ts'
import type { Emitted } from './emissions.ts'
import type { HomeMark } from './home.ts'
import type { Append, Found, Ledger } from './ledger.ts'
import { remembered } from './ring.ts'
import { attributes, type Item } from './table.ts'

/** What a plan is made of. */
export interface Parts {
  readonly ledger: Ledger
  readonly committer: Committer
  readonly cause: Envelope
  readonly now: number
  readonly emitted: readonly Emitted[]
  readonly home: HomeMark | undefined
}

export function writes({ ledger, committer, now }: Parts): TransactWriteItem[] {
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
export function replaced(
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

export function appends(parts: Parts): TransactWriteItem[] {
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

export function checks({ ledger, committer }: Parts): TransactWriteItem[] {
  const elsewhere = ledger.checks.filter(({ key }) => !ledger.isHome(key))
  return elsewhere.map(({ key, version }) => ({
    ConditionCheck: { TableName: committer.table, Key: attributes(key), ...unchanged(version) },
  }))
}

export const carrying = (emitted: readonly Emitted[]): Item =>
  emitted.length === 0 ? {} : { [OUT]: { S: JSON.stringify(emitted.map((e) => e.outgoing)) } }

/** The condition that an item still is as it was read. */
export function unchanged(version: number | undefined) {
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
