import { type Dispatch, FREIGHT } from './freight.ts'
import type { Outgoing } from './outgoing.ts'
import type { ParkedMessage } from './parking.ts'
import { envelopeIn } from './received.ts'
import { type Addressed, address } from './routing.ts'

export type { Addressed } from './routing.ts'

/** Why a parked message still cannot leave. */
export interface Unreachable {
  readonly code: string
  readonly reason: string
}

/** Gives a parked message its destination again, by today's manifest and destinations: the one that it was parked on its way to. */
export function readdress(dispatch: Dispatch, parked: ParkedMessage, now: number): readonly Addressed[] | Unreachable {
  const { body, facts = {} } = parked
  const { kind = '', producer = '', priority } = facts
  if (!Object.hasOwn(FREIGHT, kind))
    return { code: 'Malformed', reason: `nobody can tell what it is (${parked.reason}): skip it` }
  const outgoing = { kind, body, ...(priority === 'low' && { priority }) } as Outgoing
  const messages = [{ outgoing, envelope: envelopeIn(body), index: 0 }]
  const { letters, unpublishable } = address(dispatch, [{ sequenceNumber: '0', producer, messages }], now)
  const [refused] = unpublishable
  if (refused) return { code: refused.code, reason: refused.reason }
  if (facts.address === undefined) return letters
  const same = letters.filter(({ destination }) => destination.address === facts.address)
  if (same.length > 0) return same
  const where = `${facts.means} ${facts.address}`
  return {
    code: 'NoDestination',
    reason: `it was bound for ${where}, where its service sends nothing of its kind any more`,
  }
}
