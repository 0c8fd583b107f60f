import type { PublishOptions } from '../bus.ts'
import type { AnyCommand, AnyEvent } from '../contract.ts'
import { milliseconds } from '../duration.ts'
import { busName } from '../names.ts'
import type { RateDeclaration } from '../rate.ts'
import type { SendOptions } from '../unit.ts'
import { carrierToBus } from './carriers/bus.ts'
import type { Letter } from './carriers/letter.ts'
import { clientTimers } from './client-timers.ts'
import { sqsClient } from './clients.ts'
import { sendCommand } from './command.ts'
import { directory } from './directory.ts'
import { lazySchedule } from './lazy-schedule.ts'
import { type Cause, envelopeOf } from './outgoing.ts'
import { packed } from './packing.ts'
import { globals, type Ports } from './ports.ts'
import { requesting } from './requests.ts'
import { ship } from './ship.ts'
import { sendSpread } from './spread.ts'
import { validate } from './validation.ts'

const TRIES = 6

/** Who puts claims, where it is no consumer. */
const CLIENT = 'client'

/** What a message without a cause carries. */
function first({ deadline }: PublishOptions, now: number): Cause {
  return { hops: 0, ...(deadline && { deadline: new Date(now + milliseconds(deadline)).toISOString() }) }
}

/** A client's way to the bus and to commands' queues. */
export function openBus(app: string, now = globals.now) {
  const ports: Ports = { ...globals, now }
  const carrier = carrierToBus()(busName(app))
  const sqs = sqsClient()
  const schedule = lazySchedule()
  const { destinationsOf, queryDestination, tableOf, claimBucket } = directory(app)
  const sender = { id: CLIENT, bucket: claimBucket }
  return {
    async publish(contract: AnyEvent, wire: unknown, options: PublishOptions = {}): Promise<{ id: string }> {
      const id = options.id ?? ports.uuid()
      if (contract.ordered)
        throw new TypeError(
          `'${contract.name}' is ordered: only its aggregate's service can publish it, by appending it`,
        )
      if (contract.route === 'tenant')
        throw new TypeError(`'${contract.name}' goes by tenant, which only its service's relay can do: send a command`)
      const data = await validate(contract.schema, wire, contract.name)
      const whole = envelopeOf({ contract, id, time: ports.now(), wire, data, cause: first(options, ports.now()) })
      const { envelope, body } = await packed(contract, whole, sender)
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
      const now = ports.now()
      const destinations = await destinationsOf(contract, options)
      await sendCommand(
        sqs,
        destinations,
        { contract, wire, id, time: now, cause: first(options, now), options, sender },
        schedule,
      )
      return { id }
    },
    async sendSpread(contract: AnyCommand, list: readonly unknown[], rate: RateDeclaration) {
      const { queues } = await destinationsOf(contract, {})
      return sendSpread({ sqs, sender, ports }, queues[contract.name] ?? '', contract, list, rate)
    },
    ...clientTimers(tableOf, ports),
    request: requesting({ sqs, destinationOf: queryDestination, ports }),
  }
}
