import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { PublishOptions } from '../bus.ts'
import type { AnyCommand, AnyEvent } from '../contract.ts'
import { milliseconds } from '../duration.ts'
import { busName, parameters } from '../names.ts'
import type { SendOptions } from '../unit.ts'
import { carrierToBus } from './carriers/bus.ts'
import type { Letter } from './carriers/letter.ts'
import { sqsClient } from './clients.ts'
import { sendCommand } from './command.ts'
import { bodyOf, type Cause, envelopeOf } from './outgoing.ts'
import { globals, type Ports } from './ports.ts'
import { ship } from './ship.ts'
import { validate } from './validation.ts'

const TRIES = 6

/** What a message without a cause carries. */
function first({ deadline }: PublishOptions, now: number): Cause {
  return { hops: 0, ...(deadline && { deadline: new Date(now + milliseconds(deadline)).toISOString() }) }
}

/** A client's way to the bus and to commands' queues. */
export function openBus(app: string, ports: Ports = globals) {
  const carrier = carrierToBus()(busName(app))
  const sqs = sqsClient()
  const queueOf = queueFinder(app)
  return {
    async publish(contract: AnyEvent, wire: unknown, options: PublishOptions = {}): Promise<{ id: string }> {
      const id = options.id ?? ports.uuid()
      if (contract.ordered)
        throw new TypeError(
          `'${contract.name}' is ordered: only its aggregate's service can publish it, by appending it`,
        )
      const data = await validate(contract.schema, wire, contract.name)
      const envelope = envelopeOf({ contract, id, time: ports.now(), wire, data, cause: first(options, ports.now()) })
      const body = bodyOf(contract, envelope)
      const letter: Letter = { envelope, outgoing: { kind: 'event', body }, bytes: Buffer.byteLength(body) }
      const undelivered = await ship([letter], carrier, ports, TRIES)
      const obstacle = undelivered.get(letter)
      if (obstacle) throw new Error(`${contract.name} was not published: ${obstacle.code}: ${obstacle.message}`)
      return { id }
    },
    async send(
      contract: AnyCommand,
      wire: unknown,
      options: PublishOptions & SendOptions = {},
    ): Promise<{ id: string }> {
      const id = options.id ?? ports.uuid()
      const queueUrl = await queueOf(contract.name)
      await sendCommand(sqs, queueUrl, {
        contract,
        wire,
        id,
        time: ports.now(),
        cause: first(options, ports.now()),
        options,
      })
      return { id }
    },
  }
}

/** Command queues are found in SSM, once each. */
function queueFinder(app: string): (command: string) => Promise<string> {
  const ssm = new SSMClient({})
  const found = new Map<string, Promise<string>>()
  const find = async (command: string) => {
    const Name = parameters.command(app, command)
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }))
    if (!Parameter?.Value) throw new Error(`SSM parameter ${Name} is empty: is a worker for ${command} deployed?`)
    return Parameter.Value
  }
  return (command) => {
    const known = found.get(command) ?? find(command)
    found.set(command, known)
    // A failed look-up must not be remembered.
    known.catch(() => found.delete(command))
    return known
  }
}
