import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { type Answer, type Request, Settings } from './behaviour.ts'

const client = new DynamoDBClient({})

/** The provider's own books: its settings, and what it did under each key. */
export interface Ledger {
  settings(): Promise<Settings>
  /** Counts a call under the key. @returns 1 for the first. */
  countCall(request: Request): Promise<number>
  /** Moves the money unless it has moved under this key. @returns the key's first answer. @throws KeyReused */
  move(request: Request, answer: Answer): Promise<Answer>
}

/** A key that comes again with another amount or reference is a mistake of the shop's. */
export class KeyReused extends Error {
  override readonly name = 'KeyReused'
}

export function ledger(table: string): Ledger {
  const keyOf = (request: Request) => marshall({ pk: `${request.operation}#${request.key}`, sk: '-' })
  return {
    async settings() {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: marshall({ pk: 'settings', sk: '-' }) }),
      )
      return Settings.parse(Item ? unmarshall(Item) : {})
    },
    async countCall(request) {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf(request),
          UpdateExpression: 'ADD calls :one',
          ExpressionAttributeValues: marshall({ ':one': 1 }),
          ReturnValues: 'UPDATED_NEW',
        }),
      )
      return Number(Attributes?.calls?.N)
    },
    async move(request, answer) {
      const { operation, reference, amount } = request
      try {
        const { Attributes = {} } = await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyOf(request),
            UpdateExpression:
              'SET #answer = if_not_exists(#answer, :answer), #reference = :reference, #amount = :amount',
            ConditionExpression: 'attribute_not_exists(#answer) OR (#amount = :amount AND #reference = :reference)',
            // `reference` is one of DynamoDB's reserved words.
            ExpressionAttributeNames: { '#answer': 'answer', '#reference': 'reference', '#amount': 'amount' },
            ExpressionAttributeValues: marshall({
              ':answer': answer,
              ':reference': reference,
              ':amount': amount,
            }),
            ReturnValues: 'ALL_NEW',
          }),
        )
        return unmarshall(Attributes).answer
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
        throw new KeyReused(`${operation} ${request.key} was asked before for another amount or reference`)
      }
    },
  }
}
