import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { parkedGroupKey, parkedKey, parkStateKey } from '../table-layout.ts'
import { fullJitter, type Ports, sleep } from './ports.ts'
import { attributes, type Item, placeOf, type Table } from './table.ts'

/** What is known of a group: how many of its messages are parked, and which one is failing. */
export interface GroupState {
  readonly parked: number
  /** The message at the group's head that failed, and how often it was tried. */
  readonly failing?: { readonly id: string; readonly attempts: number }
}

export interface ParkedMessage {
  readonly group: string
  /** Sorts within the group. */
  readonly place: string
  readonly body: string
  readonly code: string
  readonly reason: string
  /** Further facts, such as where the message was bound for. */
  readonly facts?: Readonly<Record<string, string>>
}

/** The park store of one consumer, or of the relay: items without TTL in the service's table. */
export interface Parking {
  /** Appends the message and counts it, both or neither. Parking twice counts once. */
  park(message: ParkedMessage): Promise<void>
  /** The same, if the group is parked still: its last message may just have been taken up again. */
  parkBehind(message: ParkedMessage): Promise<'parked' | 'free'>
  /** The groups that have parked messages; read strongly. */
  groups(): Promise<readonly string[]>
  /** By group; read strongly, in one request for all. */
  states(groups: readonly string[]): Promise<ReadonlyMap<string, GroupState>>
  /** Remembers that the message was tried `attempts` times. */
  tried(group: string, id: string, attempts: number): Promise<void>
  /** The group's messages in order, or the first `limit`; read strongly. */
  first(group: string, limit?: number): Promise<readonly ParkedMessage[]>
  /** Takes the message out and lowers the count, and with the last message the flag. Of a message that is gone it does nothing. */
  release(group: string, place: string): Promise<void>
}

export function openParking(client: DynamoDBClient, table: Table, owner: string, ports: Ports): Parking {
  const store = { client, table: table.name, owner }
  return {
    async park(message) {
      await append(store, message, ports, 'anywhere')
    },
    parkBehind: (message) => append(store, message, ports, 'behind'),
    async groups() {
      const listed = await table.query(parkedGroupKey(owner, '').pk, '', true)
      return listed.map(({ sk }) => sk?.S ?? '')
    },
    async states(groups) {
      const items = await table.getMany(
        groups.map((group) => parkStateKey(owner, group)),
        true,
      )
      return new Map(groups.map((group) => [group, stateOf(items.get(placeOf(parkStateKey(owner, group))))]))
    },
    async tried(group, id, attempts) {
      await client.send(
        new UpdateItemCommand({
          TableName: table.name,
          Key: attributes(parkStateKey(owner, group)),
          UpdateExpression: 'SET failing = :id, attempts = :attempts',
          ExpressionAttributeValues: { ':id': { S: id }, ':attempts': { N: String(attempts) } },
        }),
      )
    },
    async first(group, limit) {
      const { pk, sk } = parkedKey(owner, group, '')
      return (await table.query(pk, sk, true, limit)).map((item) => parkedIn(group, sk, item))
    },
    release: (group, place) => release(store, group, place, ports),
  }
}

interface Store {
  readonly client: DynamoDBClient
  readonly table: string
  readonly owner: string
}

async function append(
  store: Store,
  { group, place, body, code, reason, facts = {} }: ParkedMessage,
  ports: Ports,
  where: 'anywhere' | 'behind',
): Promise<'parked' | 'free'> {
  const { table, owner } = store
  const told = Object.entries({ ...facts, code, reason: reason.slice(0, 4_000), body })
  const item: Item = {
    ...attributes(parkedKey(owner, group, place)),
    parkedAt: { S: new Date(ports.now()).toISOString() },
    ...Object.fromEntries(told.map(([name, value]) => [name, { S: value }])),
  }
  const put = { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' }
  const count = {
    TableName: table,
    Key: attributes(parkStateKey(owner, group)),
    UpdateExpression: 'ADD parked :one REMOVE failing, attempts',
    ExpressionAttributeValues: { ':one': { N: '1' }, ...(where === 'behind' && { ':none': { N: '0' } }) },
    ...(where === 'behind' && { ConditionExpression: 'parked > :none' }),
  }
  const list = { TableName: table, Item: attributes(parkedGroupKey(owner, group)) }
  const failed = await transact(store, [{ Put: put }, { Update: count }, { Put: list }], ports, group)
  // What is there already was parked and counted before.
  return failed === 1 ? 'free' : 'parked'
}

async function release(store: Store, group: string, place: string, ports: Ports): Promise<void> {
  const { table, owner } = store
  const message = { TableName: table, Key: attributes(parkedKey(owner, group, place)) }
  const state = { TableName: table, Key: attributes(parkStateKey(owner, group)) }
  const gone = { Delete: { ...message, ConditionExpression: 'attribute_exists(pk)' } }
  const one = { ':one': { N: '1' } }
  const last: TransactWriteItem[] = [
    gone,
    { Delete: { ...state, ConditionExpression: 'parked = :one', ExpressionAttributeValues: one } },
    { Delete: { TableName: table, Key: attributes(parkedGroupKey(owner, group)) } },
  ]
  const lower = {
    ...state,
    UpdateExpression: 'ADD parked :less',
    ConditionExpression: 'parked > :one',
    ExpressionAttributeValues: { ...one, ':less': { N: '-1' } },
  }
  // Others may park behind it meanwhile, so which of the two applies is not known before.
  for (const actions of [[gone, { Update: lower }], last, [gone, { Update: lower }]])
    if ((await transact(store, actions, ports, group)) !== 1) return
  throw new Error(`the count of group '${group}' does not fit its messages`)
}

const MAX_TRIES = 8

/** @returns the place of the first action whose condition failed, or `undefined` where all was written */
async function transact(
  { client }: Store,
  TransactItems: TransactWriteItem[],
  ports: Ports,
  group: string,
): Promise<number | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems }))
      return undefined
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code)
      const failed = codes.indexOf('ConditionalCheckFailed')
      if (failed >= 0) return failed
      if (!codes.includes('TransactionConflict')) throw error
      if (attempt === MAX_TRIES) throw new Error(`parking in group '${group}' collided ${MAX_TRIES} times`)
      await sleep(ports, fullJitter(ports, attempt, 20, 500))
    }
  }
}

function stateOf(item: Item | undefined): GroupState {
  const id = item?.failing?.S
  const parked = Number(item?.parked?.N ?? 0)
  return id === undefined ? { parked } : { parked, failing: { id, attempts: Number(item?.attempts?.N ?? 0) } }
}

function parkedIn(group: string, prefix: string, item: Item): ParkedMessage {
  const text = (name: string) => item[name]?.S ?? ''
  return {
    group,
    place: text('sk').slice(prefix.length),
    body: text('body'),
    code: text('code'),
    reason: text('reason'),
    facts: factsIn(item),
  }
}

const OWN = ['pk', 'sk', 'parkedAt', 'body', 'code', 'reason']

const factsIn = (item: Item): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, { S }]) => (S === undefined || OWN.includes(name) ? [] : [[name, S]])),
  )
