import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type { ChargeAnswer, RefundAnswer } from './behaviour.ts'

const client = new DynamoDBClient({})

/** What the provider's table holds of a charge or a refund. */
export interface Row {
  readonly answer?: ChargeAnswer | RefundAnswer
  /** Set: the charge was cancelled; the answer of its refund, should there be something to pay back. */
  readonly cancelled?: RefundAnswer
  readonly reference: string
  /** Pence. */
  readonly amount: number
}

/** A key that comes again with another amount or reference is a mistake of the shop's. */
export class KeyReused extends Error {
  override readonly name = 'KeyReused'
}

export async function readRow(TableName: string, pk: string): Promise<Record<string, unknown> | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(pk), ConsistentRead: true }))
  return Item && unmarshall(Item)
}

/** @returns how often it was counted, this time among them */
export async function count(TableName: string, pk: string): Promise<number> {
  const { Attributes } = await client.send(
    new UpdateItemCommand({
      TableName,
      Key: keyOf(pk),
      UpdateExpression: 'ADD calls :one',
      ExpressionAttributeValues: marshall({ ':one': 1 }),
      ReturnValues: 'UPDATED_NEW',
    }),
  )
  return Number(Attributes?.calls?.N)
}

const SAME = 'attribute_not_exists(#answer) OR (#amount = :amount AND #reference = :reference)'

/** Writes the row's first answer, unless it is cancelled. @returns the row as it is then @throws KeyReused */
export async function moveMoney(TableName: string, pk: string, { reference, amount, answer }: Row): Promise<Row> {
  try {
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf(pk),
        UpdateExpression: 'SET #answer = if_not_exists(#answer, :answer), #reference = :reference, #amount = :amount',
        ConditionExpression: `attribute_not_exists(#cancelled) AND (${SAME})`,
        ExpressionAttributeNames: names('answer', 'reference', 'amount', 'cancelled'),
        ExpressionAttributeValues: marshall({ ':answer': answer, ':reference': reference, ':amount': amount }),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    )
    return rowOf(Attributes)
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    const row = rowOf(error.Item)
    if (row.cancelled) return row
    throw new KeyReused(`${pk} was asked before for another amount or reference`)
  }
}

/** Lets the row take nothing from now on. @returns the row as it is then, with the first cancellation's answer */
export async function cancelRow(TableName: string, pk: string, refund: RefundAnswer): Promise<Row> {
  const { Attributes } = await client.send(
    new UpdateItemCommand({
      TableName,
      Key: keyOf(pk),
      UpdateExpression: 'SET #cancelled = if_not_exists(#cancelled, :refund)',
      ExpressionAttributeNames: names('cancelled'),
      ExpressionAttributeValues: marshall({ ':refund': refund }),
      ReturnValues: 'ALL_NEW',
    }),
  )
  return rowOf(Attributes)
}

const keyOf = (pk: string) => marshall({ pk, sk: '-' })

const rowOf = (item: Record<string, AttributeValue> = {}): Row => unmarshall(item) as Row

/** Placeholders: `reference` is one of DynamoDB's reserved words. */
const names = (...attributes: readonly string[]) => Object.fromEntries(attributes.map((name) => [`#${name}`, name]))
