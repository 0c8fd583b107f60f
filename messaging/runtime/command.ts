import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { AnyCommand } from '../contract.ts'
import { isFifo } from '../names.ts'
import type { SendOptions } from '../unit.ts'
import { groupIdOf } from './ids.ts'
import { bodyOf, type Cause, envelopeOf } from './outgoing.ts'
import { delaySeconds } from './unit-of-work.ts'
import { validate } from './validation.ts'

export interface CommandToSend {
  readonly contract: AnyCommand
  readonly wire: unknown
  readonly id: string
  readonly time: number
  readonly cause: Cause
  readonly options: SendOptions | undefined
}

/** Puts a command on its owner's queue now, outside of any unit. @throws InvalidData with every reason */
export async function sendCommand(sqs: SQSClient, queueUrl: string, command: CommandToSend): Promise<void> {
  const { contract, wire, options } = command
  const delay = delaySeconds(contract, options)
  const data = await validate(contract.schema, wire, contract.name)
  const envelope = envelopeOf({ ...command, data })
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: bodyOf(contract, envelope),
      ...(delay > 0 && { DelaySeconds: delay }),
      ...(isFifo(queueUrl) && {
        MessageGroupId: groupIdOf(envelope.partitionkey),
        MessageDeduplicationId: envelope.id,
      }),
    }),
  )
}
