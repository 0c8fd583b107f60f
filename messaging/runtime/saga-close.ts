import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { CLOSED_STEP_LIFETIME_SECONDS, OUT, PARTITION_KEY, stepKey, TTL } from '../table-layout.ts'
import type { StepCall } from './saga-call.ts'
import { recordIn } from './saga-record.ts'
import type { StepDesk, StepOutcome } from './saga-step.ts'
import { attributes } from './table.ts'

/** The saga is over: the step's record and those of its effects may go when no redrive can come any more. */
export async function closeStep(
  { dynamo, table, definition, ports, effects }: StepDesk,
  call: StepCall,
): Promise<StepOutcome> {
  const expires = Math.floor(ports.now() / 1000) + CLOSED_STEP_LIFETIME_SECONDS
  try {
    const { Attributes = {} } = await dynamo.send(
      new UpdateItemCommand({
        TableName: table.name,
        Key: attributes(stepKey(definition.contract.name, call)),
        // What it carried has left; the relay must not see it again in the new image.
        UpdateExpression: 'SET #ttl = :ttl REMOVE #out',
        ConditionExpression: 'attribute_exists(#pk)',
        ExpressionAttributeNames: { '#ttl': TTL, '#out': OUT, '#pk': PARTITION_KEY },
        ExpressionAttributeValues: { ':ttl': { N: String(expires) } },
        ReturnValues: 'ALL_NEW',
      }),
    )
    const { effects: used = [] } = recordIn(Attributes)
    await Promise.all(used.map((pk) => effects.forgetAt({ pk, sk: '-' }, expires)))
  } catch (error) {
    // Neither the step nor its compensation was ever called.
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
  return {}
}
