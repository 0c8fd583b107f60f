import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { AnyCommand } from '../contract.ts'
import type { CommandDestinations, ScheduleTarget } from '../environment.ts'
import type { SendOptions } from '../unit.ts'
import type { Held } from './carriers/schedule.ts'
import { dueAt, isForScheduler, priorityOf, queueFields } from './delays.ts'
import { type Cause, envelopeOf } from './outgoing.ts'
import { type ClaimSender, packed } from './packing.ts'
import { validate } from './validation.ts'

interface CommandToSend {
  readonly contract: AnyCommand
  readonly wire: unknown
  readonly id: string
  /** Epoch milliseconds. */
  readonly time: number
  readonly cause: Cause
  readonly options: SendOptions | undefined
  readonly sender: ClaimSender
}

/** Makes the schedule of a message; one that was made before is as good. */
export type Schedule = (target: ScheduleTarget, held: Held) => Promise<void>

/**
 * Hands a command over now, outside of any unit: to its owner's queue, or to the schedules before it.
 * @throws InvalidData with every reason; TypeError and RangeError for what the contract does not allow
 */
export async function sendCommand(
  sqs: SQSClient,
  { queues, low = {}, schedules = {} }: CommandDestinations,
  command: CommandToSend,
  schedule?: Schedule,
): Promise<void> {
  const { contract, wire, options = {}, time } = command
  const notBefore = dueAt(contract, options, time)
  const priority = priorityOf(contract, options)
  const data = await validate(contract.schema, wire, contract.name)
  const whole = envelopeOf({
    contract,
    wire,
    id: command.id,
    time,
    cause: command.cause,
    data,
    ...(notBefore !== undefined && { notBefore }),
  })
  const { envelope, body } = await packed(contract, whole, command.sender)
  if (isForScheduler(envelope, time)) {
    if (!schedule)
      throw new RangeError(`${contract.name} is delayed over 15m: an endpoint cannot, let a worker send it`)
    await schedule(known(schedules[contract.name], contract), { envelope, body })
    return
  }
  const queueUrl = known(priority ? low[contract.name] : queues[contract.name], contract)
  await sqs.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, ...queueFields(queueUrl, envelope, time) }),
  )
}

function known<T>(destination: T | undefined, { name }: AnyCommand): T {
  if (destination === undefined)
    throw new Error(`no destination is known for ${name} sent so: deploy its worker with this version of the contract`)
  return destination
}
