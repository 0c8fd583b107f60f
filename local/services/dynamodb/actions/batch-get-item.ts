import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  ConsumedCapacity,
  KeysAndAttributes,
} from '@aws-sdk/client-dynamodb'
import { type Action, action, type Call } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, RETURN_CAPACITY, tableNameOf, tableNamesRule } from '../constraints.ts'
import { invalid } from '../errors.ts'
import type { Path } from '../expressions/path.ts'
import { project } from '../expressions/projection.ts'
import { checkExpressionParameters, RequestExpressions } from '../expressions/request.ts'
import { consumedCapacity, readUnits, Units } from '../items/capacity.ts'
import { checkedKey } from '../items/prepare.ts'
import type { Model } from '../model.ts'
import { keyText, type StoredKey } from '../store/keys.ts'
import { keyOfLookup } from '../tables/key-checks.ts'
import type { Table } from '../tables/table.ts'
import { decodeItem } from '../values/codec.ts'
import type { Item } from '../values/value.ts'

const MAX_KEYS = 100
const MAX_ANSWER_BYTES = 16 * 1024 * 1024

export const batchGetItem = (model: Model): Action =>
  action<BatchGetItemCommandInput, BatchGetItemCommandOutput>({
    accepts: ['RequestItems', 'ReturnConsumedCapacity'],
    access: (input) =>
      Object.entries(input.RequestItems ?? {}).map(([name, block]) =>
        tableAccess(model, 'BatchGetItem', name, { keys: block.Keys ?? [], request: block }),
      ),
    run(input, call) {
      checkMembers(input)
      const parts = Object.entries(input.RequestItems ?? {}).map(([name, block]) => prepared(name, block))
      const total = parts.reduce((sum, { keys }) => sum + keys.length, 0)
      if (total > MAX_KEYS) throw invalid('Too many items requested for the BatchGetItem call')
      const reads = parts.map((part) => located(part, model.tables.active(tableNameOf(part.name))))
      return answer(model, reads, input, call)
    },
  })

function checkMembers(input: BatchGetItemCommandInput): void {
  if (!input.RequestItems) throw invalid('The requestItems parameter is required for BatchGetItem')
  const blocks = Object.entries(input.RequestItems)
  const constraints = new Constraints()
  const atLeastOne = 'Member must have length greater than or equal to 1'
  if (blocks.length === 0) constraints.add(`Value at 'RequestItems' failed to satisfy constraint: ${atLeastOne}`)
  const badName = tableNamesRule(Object.keys(input.RequestItems), () => JSON.stringify(input.RequestItems))
  if (badName !== undefined) constraints.add(badName)
  constraints.oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY)
  for (const [name, { Keys }] of blocks) {
    const path = `RequestItems.${name}.member.Keys`
    const rule = (text: string) => `Value at '${path}' failed to satisfy constraint: ${text}`
    if (!Keys) constraints.add(rule('Member must not be null'))
    else if (Keys.length < 1) constraints.add(rule(atLeastOne))
    else if (Keys.length > MAX_KEYS) constraints.add(rule(`Member must have length less than or equal to ${MAX_KEYS}`))
  }
  constraints.done()
}

interface Part {
  readonly name: string
  readonly block: KeysAndAttributes
  readonly keys: readonly Item[]
  readonly paths: readonly Path[] | undefined
}

function prepared(name: string, block: KeysAndAttributes): Part {
  checkExpressionParameters<KeysAndAttributes>(block, ['ProjectionExpression'], ['AttributesToGet'])
  const expressions = new RequestExpressions(block, 'current')
  const paths = expressions.projection(block.ProjectionExpression)
  expressions.finish()
  return { name, block, paths, keys: (block.Keys ?? []).map((key) => checkedKey(key, 'current')) }
}

interface Read extends Part {
  readonly table: Table
  readonly stored: readonly StoredKey[]
}

function located(part: Part, table: Table): Read {
  const stored = part.keys.map((key) => keyOfLookup(table, key))
  if (new Set(stored.map(keyText)).size < stored.length) throw invalid('Provided list of item keys contains duplicates')
  return { ...part, table, stored }
}

function answer(model: Model, reads: readonly Read[], input: BatchGetItemCommandInput, call: Call) {
  const Responses: Record<string, Item[]> = {}
  const UnprocessedKeys: Record<string, KeysAndAttributes> = {}
  const capacities: (ConsumedCapacity | undefined)[] = []
  let bytes = 0
  for (const { name, block, keys, paths, table, stored } of reads) {
    const items: Item[] = []
    const left: Item[] = []
    const units = new Units()
    for (const [at, key] of stored.entries()) {
      const row = table.store.find(key)
      if (bytes + (row?.size ?? 0) > MAX_ANSWER_BYTES) {
        left.push(keys[at] as Item)
        continue
      }
      bytes += row?.size ?? 0
      units.table += readUnits(row?.size ?? 0, block.ConsistentRead ?? false)
      if (row) items.push(paths ? project(decodeItem(row.item), paths) : decodeItem(row.item))
    }
    Responses[name] = items
    if (left.length > 0) UnprocessedKeys[name] = { ...block, Keys: left }
    model.meter.record(table.name, call, 'BatchGetItem', { read: units.total })
    capacities.push(consumedCapacity(input.ReturnConsumedCapacity, table, units))
  }
  const ConsumedCapacity = capacities.filter((each) => each !== undefined)
  return { Responses, UnprocessedKeys, ...(ConsumedCapacity.length > 0 && { ConsumedCapacity }) }
}
