import type { SQSClient } from '@aws-sdk/client-sqs'
import type { AnyCommand } from '../contract.ts'
import { QUEUE_DELAY_MS } from '../duration.ts'
import type { RateDeclaration } from '../rate.ts'
import type { Letter } from './carriers/letter.ts'
import { carrierToQueue } from './carriers/queue.ts'
import { priorityOf } from './delays.ts'
import { envelopeOf } from './outgoing.ts'
import { type ClaimSender, packed } from './packing.ts'
import type { Ports } from './ports.ts'
import { ship } from './ship.ts'
import { validate } from './validation.ts'

const TRIES = 6

/** Sends commands so that each becomes visible at its turn of the rate. @throws RangeError; InvalidData with every reason */
export async function sendSpread(
  { sqs, sender, ports }: { readonly sqs: SQSClient; readonly sender: ClaimSender; readonly ports: Ports },
  queueUrl: string,
  contract: AnyCommand,
  list: readonly unknown[],
  { interval, burst }: RateDeclaration,
): Promise<{ ids: readonly string[] }> {
  priorityOf(contract, {})
  const start = ports.now()
  const last = Math.max(0, list.length - burst) * interval
  if (contract.ordered || last > QUEUE_DELAY_MS)
    throw new RangeError(
      `${list.length} ${contract.name} spread over ${Math.ceil(last / 1000)} s: a queue holds a message 900 s, an ordered one none; ` +
        'send fewer at a time, or limit the worker by `delivery.rate`',
    )
  const letters: Letter[] = []
  for (const [index, wire] of list.entries()) {
    const data = await validate(contract.schema, wire, contract.name)
    const wait = Math.max(0, index + 1 - burst) * interval
    const id = ports.uuid()
    const timing = wait > 0 ? { notBefore: start + wait } : {}
    const whole = envelopeOf({ contract, id, time: start, wire, data, cause: { hops: 0 }, ...timing })
    const { envelope, body } = await packed(contract, whole, sender)
    letters.push({ envelope, outgoing: { kind: 'command', body }, bytes: Buffer.byteLength(body) })
  }
  const undelivered = await ship(letters, carrierToQueue(ports.now, sqs)(queueUrl), ports, TRIES)
  const [obstacle] = undelivered.values()
  if (obstacle)
    throw new Error(`${undelivered.size} of ${list.length} were not sent: ${obstacle.code}: ${obstacle.message}`)
  return { ids: letters.map(({ envelope }) => envelope.id) }
}
