import { createHash } from 'node:crypto'
import type { Traces } from '../../test/messaging/crash/subject.ts'
import type { Fates } from '../../test/messaging/lab.ts'

export interface Message {
  readonly id: string
  readonly poison: boolean
}

export interface Delivery extends Message {
  readonly receives: number
}

/** A worker's process, as long as it lives. */
export interface Process {
  /** One batch. Answers the ids that stay on the queue, or 'crashed'. */
  invoke(batch: readonly Delivery[], fates?: Fates): Promise<readonly string[] | 'crashed'>
  /** How many calls the last batch made. */
  calls(): number
}

export interface Way {
  readonly name: string
  process(): Process
  look(): Promise<Traces>
  /** Messages given up so far. */
  dead(): number
  /** The same without group commit, where that makes a difference. */
  readonly alone?: Way
}

export interface Traffic {
  readonly messages: readonly Message[]
  readonly deliveries: readonly Delivery[]
  /** Messages whose first batch does not end well. */
  readonly crashing: ReadonlySet<string>
}

/** The same for the same name and count. */
export function drawTraffic(
  count: number,
  name: string,
  share = { duplicates: 0.05, crashes: 0.01, poison: 0.01 },
): Traffic {
  const chance = (what: string, n: number) =>
    createHash('sha256').update(`${what} ${n}`).digest().readUInt32BE() / 2 ** 32
  const numbers = Array.from({ length: count }, (_, n) => n)
  const prefix = name.replaceAll(/[^A-Za-z0-9]+/g, '-')
  const messages = numbers.map((n) => ({ id: `${prefix}-${n}`, poison: chance('poison', n) < share.poison }))
  const deliveries = messages.map((message) => ({ ...message, receives: 1 }))
  const doubled = deliveries.filter((_, n) => chance('double', n) < share.duplicates)
  for (const [n, delivery] of doubled.entries()) {
    const from = deliveries.indexOf(delivery) + 1
    deliveries.splice(from + Math.floor(chance('place', n) * (deliveries.length - from)), 0, delivery)
  }
  const crashing = new Set(messages.filter((_, n) => chance('crash', n) < share.crashes).map(({ id }) => id))
  return { messages, deliveries, crashing }
}

export interface Outcome {
  readonly dead: number
}

const MAX_RECEIVES = 5
const VISIBILITY_MS = 180_000

/** Ten at a time until nothing is left. What a crash or a failure leaves behind comes again later. */
export async function play(way: Way, { deliveries, crashing }: Traffic): Promise<Outcome> {
  const queue = [...deliveries]
  const struck = new Set<string>()
  let process = way.process()
  let given = 0
  let strikes = 0
  let calls = 1
  while (queue.length > 0) {
    const batch = queue.splice(0, 10)
    if (batch.some(({ receives }) => receives > 1)) pass(VISIBILITY_MS)
    const victim = batch.find(({ id }) => crashing.has(id) && !struck.has(id))
    if (victim) struck.add(victim.id)
    // Strikes are spread over the calls of a batch, before and after the call in turn.
    const at = Math.floor(((strikes * 0.618) % 1) * calls)
    const fate = strikes % 2 === 0 ? 'crash before' : 'crash after'
    if (victim) strikes += 1
    const staying = await process.invoke(batch, victim && ((_, n) => (n === at ? fate : undefined)))
    if (!victim) calls = process.calls()
    if (staying === 'crashed') process = way.process()
    const left = batch.filter(({ id }) => staying === 'crashed' || staying.includes(id))
    for (const { receives, ...message } of left) {
      if (receives >= MAX_RECEIVES) given += 1
      else queue.push({ ...message, receives: receives + 1 })
    }
  }
  return { dead: given + way.dead() }
}

const real = Date.now
let ahead = 0
/** Leases and visibility timeouts go by the process's clock, which is put forward. */
function pass(ms: number): void {
  ahead += ms
  Date.now = () => real() + ahead
}
