import {
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { parkedKey, parkStateKey } from '../table-layout.ts'
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
  /** By group; read strongly, in one request for all. */
  states(groups: readonly string[]): Promise<ReadonlyMap<string, GroupState>>
  /** Remembers that the message was tried `attempts` times. */
  tried(group: string, id: string, attempts: number): Promise<void>
}

const MAX_TRIES = 8

export function openParking(client: DynamoDBClient, table: Table, owner: string, ports: Ports): Parking {
  return {
    async park(message) {
      for (let attempt = 1; ; attempt++) {
        const result = await append(client, table.name, owner, message, ports.now())
        if (result !== 'collision') return
        if (attempt === MAX_TRIES) throw new Error(`parking in group '${message.group}' collided ${MAX_TRIES} times`)
        await sleep(ports, fullJitter(ports, attempt, 20, 500))
      }
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
  }
}

async function append(
  client: DynamoDBClient,
  table: string,
  owner: string,
  { group, place, body, code, reason, facts = {} }: ParkedMessage,
  now: number,
): Promise<'parked' | 'parked before' | 'collision'> {
  const told = Object.entries({ ...facts, code, reason: reason.slice(0, 4_000), body })
  const item: Item = {
    ...attributes(parkedKey(owner, group, place)),
    parkedAt: { S: new Date(now).toISOString() },
    ...Object.fromEntries(told.map(([name, value]) => [name, { S: value }])),
  }
  const put = { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' }
  const count = {
    TableName: table,
    Key: attributes(parkStateKey(owner, group)),
    UpdateExpression: 'ADD parked :one REMOVE failing, attempts',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  }
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put }, { Update: count }] }))
    return 'parked'
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code)
    if (codes[0] === 'ConditionalCheckFailed') return 'parked before'
    if (codes.includes('TransactionConflict')) return 'collision'
    throw error
  }
}

function stateOf(item: Item | undefined): GroupState {
  const id = item?.failing?.S
  const parked = Number(item?.parked?.N ?? 0)
  return id === undefined ? { parked } : { parked, failing: { id, attempts: Number(item?.attempts?.N ?? 0) } }
}
