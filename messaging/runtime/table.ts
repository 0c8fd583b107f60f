import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import { PARTITION_KEY, SORT_KEY, type TableKey } from '../table-layout.ts'
import { fullJitter, type Ports, sleep } from './ports.ts'

export type Item = Record<string, AttributeValue>

/** One service's table, as the runtime reads it. */
export interface Table {
  readonly name: string
  get(key: TableKey, consistent: boolean): Promise<Item | undefined>
  /** Answers what exists, by `placeOf(key)`. */
  getMany(keys: readonly TableKey[], consistent: boolean): Promise<ReadonlyMap<string, Item>>
  /** A partition's items by sort key, all pages or the first `limit`, those whose sort key begins with `prefix`. */
  query(partition: string, prefix: string, consistent: boolean, limit?: number): Promise<readonly Item[]>
  /** As `query`, consistently, from the sort key `from` on. */
  queryFrom(partition: string, prefix: string, from: string): Promise<readonly Item[]>
}

export const attributes = (key: TableKey): Item => ({ [PARTITION_KEY]: { S: key.pk }, [SORT_KEY]: { S: key.sk } })

export const placeOf = (key: TableKey): string => `${key.pk}\n${key.sk}`

export const keyIn = (item: Item): TableKey => ({ pk: item[PARTITION_KEY]?.S ?? '', sk: item[SORT_KEY]?.S ?? '' })

const GET_AT_ONCE = 100

export function openTable(client: DynamoDBClient, name: string, ports: Ports): Table {
  return {
    name,
    async get(key, consistent) {
      const command = new GetItemCommand({ TableName: name, Key: attributes(key), ConsistentRead: consistent })
      return (await client.send(command)).Item
    },
    async getMany(keys, consistent) {
      const distinct = [...new Map(keys.map((key) => [placeOf(key), key])).values()]
      const pages = Array.from({ length: Math.ceil(distinct.length / GET_AT_ONCE) }, (_, page) =>
        distinct.slice(page * GET_AT_ONCE, (page + 1) * GET_AT_ONCE),
      )
      const found = await Promise.all(pages.map((page) => batchGet(client, name, page, consistent, ports)))
      return new Map(found.flat().map((item) => [placeOf(keyIn(item)), item]))
    },
    query: (partition, prefix, consistent, limit) => {
      const range =
        prefix === '' ? EVERYTHING : { text: ' AND begins_with(#sk, :prefix)', values: { ':prefix': { S: prefix } } }
      return queryAll(client, name, partition, range, consistent, limit)
    },
    queryFrom: (partition, prefix, from) => {
      // '~' comes after everything that a sort key begins with.
      const values = { ':from': { S: from }, ':to': { S: `${prefix}~` } }
      return queryAll(client, name, partition, { text: ' AND #sk BETWEEN :from AND :to', values }, true)
    },
  }
}

async function batchGet(
  client: DynamoDBClient,
  table: string,
  keys: readonly TableKey[],
  consistent: boolean,
  ports: Ports,
): Promise<Item[]> {
  const found: Item[] = []
  let wanted: Item[] = keys.map(attributes)
  for (let round = 1; wanted.length > 0; round++) {
    const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: consistent } } })
    const answer = await client.send(command)
    found.push(...(answer.Responses?.[table] ?? []))
    wanted = answer.UnprocessedKeys?.[table]?.Keys ?? []
    // DynamoDB answers a part when the rest would exceed 16 MB or the table's throughput.
    if (wanted.length > 0) await sleep(ports, fullJitter(ports, round, 50, 2_000))
  }
  return found
}

interface Range {
  readonly text: string
  readonly values: Item
}

const EVERYTHING: Range = { text: '', values: {} }

async function queryAll(
  client: DynamoDBClient,
  table: string,
  partition: string,
  range: Range,
  consistent: boolean,
  limit?: number,
): Promise<Item[]> {
  const items: Item[] = []
  let from: Item | undefined
  do {
    const answer = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: consistent,
        KeyConditionExpression: `#pk = :pk${range.text}`,
        ExpressionAttributeNames: { '#pk': PARTITION_KEY, ...(range.text !== '' && { '#sk': SORT_KEY }) },
        ExpressionAttributeValues: { ':pk': { S: partition }, ...range.values },
        ...(from && { ExclusiveStartKey: from }),
        ...(limit !== undefined && { Limit: limit }),
      }),
    )
    items.push(...(answer.Items ?? []))
    from = answer.LastEvaluatedKey
  } while (from && (limit === undefined || items.length < limit))
  return items
}
