import type {
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  ItemCollectionMetrics,
  WriteRequest,
} from '@aws-sdk/client-dynamodb'
import { type Action, action, type Call } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, RETURN_CAPACITY, RETURN_METRICS, shown, tableNameOf, tableNamesRule } from '../constraints.ts'
import { invalid } from '../errors.ts'
import { changeUnits, consumedCapacity, Units } from '../items/capacity.ts'
import { collectionMetrics } from '../items/collection.ts'
import { type Change, type NewItem, OldItem } from '../items/plan.ts'
import { checkedKey, checkItemSize, newItem } from '../items/prepare.ts'
import type { Model } from '../model.ts'
import { keyText } from '../store/keys.ts'
import { keyOfBatchItem, keyOfLookup } from '../tables/key-checks.ts'
import type { Table } from '../tables/table.ts'
import type { Item } from '../values/value.ts'

const MAX_REQUESTS = 25

export const batchWriteItem = (model: Model): Action =>
  action<BatchWriteItemCommandInput, BatchWriteItemCommandOutput>({
    accepts: ['RequestItems', 'ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'],
    access: (input) =>
      Object.entries(input.RequestItems ?? {}).map(([name, requests]) => {
        const keys = requests.flatMap(itemOrKey)
        return tableAccess(model, 'BatchWriteItem', name, { keys, request: { Keys: keys } })
      }),
    run(input, call) {
      checkMembers(input)
      const parts = Object.entries(input.RequestItems ?? {}).map(([name, requests]) => ({
        name,
        writes: requests.map(prepared),
      }))
      if (parts.reduce((sum, { writes }) => sum + writes.length, 0) > MAX_REQUESTS)
        throw invalid('Too many items requested for the BatchWriteItem call')
      const tables = parts.map(({ name, writes }) => located(model.tables.active(tableNameOf(name)), name, writes))
      model.writer.apply(
        tables.flatMap(({ changes }) => changes),
        { cause: call.entry },
      )
      return answer(model, tables, input, call)
    },
  })

const itemOrKey = ({ PutRequest, DeleteRequest }: WriteRequest): Item[] => {
  const found = PutRequest?.Item ?? DeleteRequest?.Key
  return found ? [found] : []
}

function checkMembers(input: BatchWriteItemCommandInput): void {
  const requests = Object.values(input.RequestItems ?? {})
  if (requests.length === 0) throw invalid('The requestItems parameter is required for BatchWriteItem')
  const constraints = new Constraints()
    .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY)
    .oneOf('returnItemCollectionMetrics', input.ReturnItemCollectionMetrics, RETURN_METRICS)
  if (requests.some(({ length }) => length < 1 || length > MAX_REQUESTS))
    constraints.add(
      `Value ${shown(input.RequestItems)} at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to ${MAX_REQUESTS}, Member must have length greater than or equal to 1]`,
    )
  constraints.done()
  // Told only where no enumeration is wrong (recorded 2026-10).
  const badName = tableNamesRule(Object.keys(input.RequestItems ?? {}), () => printedRequests(input.RequestItems ?? {}))
  if (badName !== undefined) new Constraints().add(badName).done()
}

/** The requests in the way of Java's classes. */
function printedRequests(items: Record<string, WriteRequest[]>): string {
  const tables = Object.entries(items).map(([name, requests]) => {
    const printed = requests.map(({ PutRequest, DeleteRequest }) =>
      PutRequest
        ? `WriteRequest(putRequest=PutRequest(item=${bare(PutRequest.Item)}))`
        : `WriteRequest(deleteRequest=DeleteRequest(key=${bare(DeleteRequest?.Key)}))`,
    )
    return `${name}=[${printed.join(', ')}]`
  })
  return `{${tables.join(', ')}}`
}

const bare = (item: Item | undefined): string => shown(item).slice(1, -1)

type Write = { readonly put: NewItem } | { readonly key: Item }

function prepared({ PutRequest, DeleteRequest }: WriteRequest): Write {
  // So it says where neither is given, too.
  if ((PutRequest === undefined) === (DeleteRequest === undefined))
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    )
  if (PutRequest) {
    const put = newItem(PutRequest.Item ?? {}, 'older')
    checkItemSize(put)
    return { put }
  }
  return { key: checkedKey(DeleteRequest?.Key ?? {}, 'older') }
}

interface Located {
  readonly table: Table
  readonly name: string
  readonly changes: readonly Change[]
}

function located(table: Table, name: string, writes: readonly Write[]): Located {
  const changes = writes.map((write) => {
    const put = 'put' in write ? write.put : undefined
    const given = 'put' in write ? write.put.item : write.key
    const key = put ? keyOfBatchItem(table, given) : keyOfLookup(table, given)
    const row = table.store.find(key)
    return { table, key, given, old: row && new OldItem(row), next: put }
  })
  if (new Set(changes.map(({ key }) => keyText(key))).size < changes.length)
    throw invalid('Provided list of item keys contains duplicates')
  return { table, name, changes }
}

function answer(model: Model, tables: readonly Located[], input: BatchWriteItemCommandInput, call: Call) {
  const capacities = tables.map(({ table, changes }) => {
    const units = new Units()
    for (const change of changes) {
      units.add(changeUnits(change, 1))
      model.ttl.noticeWrite(change)
    }
    model.meter.record(table.name, call, 'BatchWriteItem', { write: units.total })
    return consumedCapacity(input.ReturnConsumedCapacity, table, units)
  })
  const ConsumedCapacity = capacities.filter((each) => each !== undefined)
  const metrics = metricsOf(tables, input.ReturnItemCollectionMetrics)
  return {
    UnprocessedItems: {},
    ...(ConsumedCapacity.length > 0 && { ConsumedCapacity }),
    ...(metrics && { ItemCollectionMetrics: metrics }),
  }
}

/** Item collections by the tables' names as the request gave them. */
function metricsOf(
  tables: readonly Located[],
  asked: string | undefined,
): Record<string, ItemCollectionMetrics[]> | undefined {
  const entries = tables.flatMap(({ name, changes }) => {
    const metrics = changes.flatMap((change) => collectionMetrics(asked, change) ?? [])
    return metrics.length > 0 ? [[name, metrics] as const] : []
  })
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}
