import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { breakerKey } from '../table-layout.ts'
import { attributes, type Item } from './table.ts'

/** Where a service's breakers are kept. */
export interface BreakerPlace {
  readonly dynamo: DynamoDBClient
  readonly table: string
}

/** The one item of a breaker. Workers and the service's breaker keeper change it under conditions only. */
export interface BreakerItem {
  /** Consistently. */
  read(): Promise<Item>
  /**
   * Expressions may name `#state` and `#owner`.
   * @returns the item as it is now, and whether this update has changed it
   */
  update(
    expression: string,
    condition: string,
    values: Readonly<Record<string, number | string>>,
  ): Promise<{ readonly item: Item; readonly done: boolean }>
}

const NAMES = { '#state': 'state', '#owner': 'owner' } as const

export function breakerItem(name: string, { dynamo, table }: BreakerPlace): BreakerItem {
  const Key = attributes(breakerKey(name))
  return {
    async read() {
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
      return Item ?? {}
    },
    async update(expression, condition, values) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key,
        UpdateExpression: expression,
        ConditionExpression: condition,
        ExpressionAttributeNames: Object.fromEntries(
          Object.entries(NAMES).filter(([alias]) => (expression + condition).includes(alias)),
        ),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(values).map(([key, value]) => [
            `:${key}`,
            typeof value === 'number' ? { N: String(value) } : { S: value },
          ]),
        ),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      try {
        return { item: (await dynamo.send(command)).Attributes ?? {}, done: true }
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return { item: error.Item ?? {}, done: false }
        throw error
      }
    },
  }
}
