import type {
  ItemResponse,
  Get as RequestedGet,
  TransactGetItemsCommandInput,
  TransactGetItemsCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { type Action, action } from '../../../service.ts'
import { tableAccess } from '../access.ts'
import { Constraints, RETURN_CAPACITY, tableNameOf } from '../constraints.ts'
import type { Path } from '../expressions/path.ts'
import { project } from '../expressions/projection.ts'
import { RequestExpressions } from '../expressions/request.ts'
import { checkedKey } from '../items/prepare.ts'
import { attempted, cancelled, checkDistinct, type Transacted } from '../items/transaction.ts'
import type { Model } from '../model.ts'
import { keyOfLookup } from '../tables/key-checks.ts'
import { decodeItem } from '../values/codec.ts'
import type { Item } from '../values/value.ts'
import { transactionAnswer } from './transaction-answer.ts'

const MAX_ACTIONS = 100

export const transactGetItems = (model: Model): Action =>
  action<TransactGetItemsCommandInput, TransactGetItemsCommandOutput>({
    accepts: ['TransactItems', 'ReturnConsumedCapacity'],
    access: (input) =>
      (input.TransactItems ?? []).map(({ Get }) =>
        tableAccess(model, 'GetItem', Get?.TableName, {
          keys: [Get?.Key ?? {}],
          within: 'TransactGetItems',
          request: Get,
        }),
      ),
    run(input, call) {
      checkMembers(input)
      const gets = requested(input)
        .map(prepared)
        .map(({ tableName, ...get }) => ({
          ...get,
          table: model.tables.active(tableName),
        }))
      const located = gets.map(({ table, key }) => attempted(() => ({ table, key: keyOfLookup(table, key) })))
      if (located.some((each) => 'kind' in each))
        throw cancelled(
          located.map((each) => ('kind' in each ? { Code: each.code, Message: each.message } : { Code: 'None' })),
        )
      checkDistinct(located)
      const done: Transacted[] = []
      const Responses: ItemResponse[] = []
      for (const [at, each] of located.entries()) {
        if ('kind' in each) continue
        const row = each.table.store.find(each.key)
        done.push({ ...each, size: row?.size ?? 0, change: undefined })
        const item = row && decodeItem(row.item)
        const paths = gets[at]?.paths
        const shown = item && paths ? project(item, paths) : item
        // Unlike GetItem it leaves out an item of which nothing is left (recorded by dynamodb-conformance, 2026-09).
        Responses.push(shown && Object.keys(shown).length > 0 ? { Item: shown } : {})
      }
      return {
        Responses,
        ...transactionAnswer(model, done, input, call, { operation: 'TransactGetItems', reads: true }),
      }
    },
  })

function checkMembers(input: TransactGetItemsCommandInput): void {
  new Constraints()
    .present('transactItems', input.TransactItems)
    .length('transactItems', input.TransactItems, 1, MAX_ACTIONS)
    .oneOf('returnConsumedCapacity', input.ReturnConsumedCapacity, RETURN_CAPACITY)
    .done()
  const constraints = new Constraints()
  for (const [at, { Get }] of (input.TransactItems ?? []).entries()) {
    const path = `transactItems.${at + 1}.member.get`
    constraints.present(path, Get)
    if (Get) constraints.present(`${path}.key`, Get.Key)
  }
  constraints.done()
}

const requested = (input: TransactGetItemsCommandInput): RequestedGet[] =>
  (input.TransactItems ?? []).flatMap(({ Get }) => Get ?? [])

interface Prepared {
  readonly tableName: string
  readonly key: Item
  readonly paths: readonly Path[] | undefined
}

function prepared(get: RequestedGet, at: number): Prepared {
  const tableName = tableNameOf(get.TableName, `transactItems.${at + 1}.member.get.tableName`)
  const expressions = new RequestExpressions(get, 'older')
  const paths = expressions.projection(get.ProjectionExpression)
  expressions.finish()
  return { tableName, key: checkedKey(get.Key ?? {}, 'older'), paths }
}
