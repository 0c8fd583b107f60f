import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb'

type Item = Record<string, AttributeValue>
interface Guarded {
  readonly ConditionExpression?: string | undefined
  readonly ExpressionAttributeValues?: Item | undefined
}

/** A table in memory: the calls and conditions that steps without `unit.effect` use, and a refusal for any other. */
export function memoryTable() {
  const items = new Map<string, Item>()
  const placeOf = (key: Item) => `${key.pk?.S}\n${key.sk?.S}`
  const holds = (
    { ConditionExpression: text, ExpressionAttributeValues: values = {} }: Guarded,
    key: Item,
  ): boolean => {
    const item = items.get(placeOf(key))
    if (text === undefined) return true
    if (text.startsWith('attribute_not_exists(#pk)')) return item === undefined
    if (text === '#v = :v') return item?._v?.N === values[':v']?.N && item !== undefined
    throw new Error(`the table in memory has no condition '${text}'`)
  }
  const keyOf = ({ Put, Delete, ConditionCheck }: TransactWriteItem): Item =>
    Put?.Item ?? Delete?.Key ?? ConditionCheck?.Key ?? {}
  const transact = (actions: readonly TransactWriteItem[]) => {
    const failed = actions.map((one) => !holds(one.Put ?? one.Delete ?? one.ConditionCheck ?? {}, keyOf(one)))
    if (failed.some(Boolean))
      throw new TransactionCanceledException({
        $metadata: {},
        message: 'cancelled',
        CancellationReasons: failed.map((one) => ({ Code: one ? 'ConditionalCheckFailed' : 'None' })),
      })
    for (const one of actions) {
      if (one.Put?.Item) items.set(placeOf(keyOf(one)), one.Put.Item)
      if (one.Delete) items.delete(placeOf(keyOf(one)))
    }
  }
  const send = async (command: { readonly constructor: { readonly name: string }; readonly input: never }) => {
    const { input } = command as { input: Record<string, unknown> }
    switch (command.constructor.name) {
      case 'GetItemCommand':
        return { Item: items.get(placeOf(input.Key as Item)) }
      case 'PutItemCommand':
        if (!holds(input as Guarded, input.Item as Item))
          throw new ConditionalCheckFailedException({ $metadata: {}, message: 'The conditional request failed' })
        items.set(placeOf(input.Item as Item), input.Item as Item)
        return {}
      case 'TransactWriteItemsCommand':
        transact(input.TransactItems as TransactWriteItem[])
        return {}
      default:
        throw new Error(`the table in memory has no ${command.constructor.name}`)
    }
  }
  return { items, client: { send } as unknown as DynamoDBClient }
}
