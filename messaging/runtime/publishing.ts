import type { Destination } from './freight.ts'
import { errorFields } from './logging.ts'
import type { RelayDesk } from './relay-desk.ts'
import { type Addressed, address, type Unpublishable } from './routing.ts'
import { ship } from './ship.ts'
import { type StreamRecord, unload } from './stream-record.ts'

/** Passing failures are tried so often within an invocation, then by the stream, without end. */
const TRIES = 4

/**
 * Ships what the records carry, in their order; what can never be published is parked. Answers the sequence number of the first
 * record that must be tried again, from which on nothing counts as shipped.
 */
export async function publish(desk: RelayDesk, records: readonly StreamRecord[]): Promise<string | undefined> {
  const { letters, unpublishable } = address(
    desk.dispatch,
    records.flatMap((record) => unload(record) ?? []),
    desk.ports.now(),
  )
  const quarantined = await parkAll(desk, unpublishable)
  const { open, failed: held } = await parkBehind(desk, letters)
  const lanes = Map.groupBy(open, ({ destination: { means, address } }) => `${means} ${address}`)
  const failed = await Promise.all([...lanes.values()].map((lane) => shipLane(desk, lane)))
  desk.metrics.add('Shipped', 'Count', open.length)
  return lowest([...quarantined, ...held, ...failed.flat()])
}

/** Ships one destination's letters; answers the sequence numbers of records to be retried by the stream. */
async function shipLane(desk: RelayDesk, lane: readonly Addressed[]): Promise<readonly string[]> {
  const [first] = lane
  if (!first) return []
  const undelivered = await ship(lane, await desk.carrierTo(first.destination), desk.ports, TRIES)
  const failing: string[] = []
  const hopeless: Unpublishable[] = []
  for (const [letter, obstacle] of undelivered) {
    if (obstacle.passing) failing.push(letter.sequenceNumber)
    else hopeless.push(unpublishable(letter, obstacle.code, obstacle.message))
  }
  if (failing.length > 0)
    desk.logger.warn('not delivered, the stream tries again', { ...told(first.destination), count: failing.length })
  return [...failing, ...(await parkAll(desk, hopeless))]
}

const told = (destination: Destination | undefined): Readonly<Record<string, string>> =>
  destination === undefined ? {} : { means: destination.means, address: destination.address }

/** In order of the stream, one after the other: a parked group keeps its order. Answers the records that could not be parked. */
async function parkAll(desk: RelayDesk, unpublishable: readonly Unpublishable[]): Promise<readonly string[]> {
  for (const [index, { parkGroup: group, place, body, code, reason, ...letter }] of unpublishable.entries()) {
    const facts = factsOf(letter)
    try {
      await desk.parking.park({ group, place, body, code, reason, facts })
    } catch (error) {
      desk.logger.error('could not park, the stream tries again', { group, ...errorFields(error) })
      return unpublishable.slice(index).map(({ sequenceNumber }) => sequenceNumber)
    }
    desk.logger.error('parked: it can never be published as it is', { group, code, reason, ...facts })
    desk.metrics.add('Parked', 'Count', 1)
  }
  return []
}

/**
 * Letters of an ordered group that has one parked before them must not overtake it: they are parked behind it, unless it has just
 * been taken up. Answers those that may leave, and the records that could be neither parked nor shipped.
 */
async function parkBehind(
  desk: RelayDesk,
  letters: readonly Addressed[],
): Promise<{ open: readonly Addressed[]; failed: readonly string[] }> {
  const groups = [...new Set(letters.flatMap(({ group, parkGroup }) => (group === undefined ? [] : [parkGroup])))]
  if (groups.length === 0) return { open: letters, failed: [] }
  const states = await desk.parking.states(groups)
  const flagged = new Set(groups.filter((group) => (states.get(group)?.parked ?? 0) > 0))
  const stuck = new Set<string>()
  const open: Addressed[] = []
  const failed: string[] = []
  for (const letter of letters) {
    const { group, parkGroup, sequenceNumber } = letter
    const waits = group === undefined || !flagged.has(parkGroup) ? 'free' : await waitBehind(desk, letter, stuck)
    if (waits === 'free') {
      flagged.delete(parkGroup)
      open.push(letter)
    } else if (waits === 'failed') failed.push(sequenceNumber)
  }
  return { open, failed }
}

/** @param stuck groups of which a letter could not be parked: those behind it are not tried */
async function waitBehind(
  desk: RelayDesk,
  letter: Addressed,
  stuck: Set<string>,
): Promise<'parked' | 'free' | 'failed'> {
  const { parkGroup: group, place, outgoing } = letter
  if (stuck.has(group)) return 'failed'
  const reason = 'an earlier message of its group is parked'
  try {
    const parked = { group, place, body: outgoing.body, code: 'BehindParked', reason, facts: factsOf(letter) }
    const result = await desk.parking.parkBehind(parked)
    if (result === 'parked') desk.metrics.add('Parked', 'Count', 1)
    return result
  } catch (error) {
    desk.logger.error('could not park, the stream tries again', { group, ...errorFields(error) })
    stuck.add(group)
    return 'failed'
  }
}

/** What it takes to send it after all. */
const factsOf = (letter: Pick<Unpublishable, 'destination' | 'producer' | 'outgoing'>) => ({
  ...told(letter.destination),
  producer: letter.producer,
  ...(letter.outgoing && { kind: letter.outgoing.kind }),
  ...(letter.outgoing?.priority && { priority: letter.outgoing.priority }),
})

const unpublishable = (letter: Addressed, code: string, reason: string): Unpublishable => ({
  ...letter,
  body: letter.outgoing.body,
  code,
  reason,
})

/** Sequence numbers grow in value, not in text. */
const lowest = (sequenceNumbers: readonly string[]): string | undefined =>
  [...sequenceNumbers].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))[0]
