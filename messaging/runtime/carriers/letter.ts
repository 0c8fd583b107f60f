import type { Envelope } from '../../envelope.ts'
import type { ScheduleTarget } from '../../environment.ts'
import { entryObstacle, type Obstacle } from '../obstacle.ts'
import type { Outgoing } from '../outgoing.ts'
import type { Carrier, Parcel } from '../ship.ts'

/** A message on its way out. */
export interface Letter extends Parcel {
  readonly envelope: Envelope
  readonly outgoing: Outgoing
}

/** Makes the carrier to an address: a bus's name, a topic's ARN, a queue's URL, a schedule group. */
export type CarrierTo = (address: string, target?: ScheduleTarget) => Carrier<Letter>

interface FailedEntry {
  readonly Id: string | undefined
  readonly Code: string | undefined
  readonly Message?: string | undefined
  readonly SenderFault: boolean | undefined
}

/** What became of each letter, of the answer to a batch call whose entries have the letters' indexes as ids. */
export function verdicts(
  letters: readonly Letter[],
  successful: readonly { readonly Id?: string | undefined }[] | undefined,
  failed: readonly FailedEntry[] | undefined,
): (Obstacle | undefined)[] {
  const delivered = new Set(successful?.map(({ Id }) => Id))
  const refused = new Map(failed?.map((entry) => [entry.Id, entry]))
  return letters.map((_, index) => {
    if (delivered.has(String(index))) return undefined
    const entry = refused.get(String(index))
    return entryObstacle(entry?.Code, entry?.Message, entry?.SenderFault)
  })
}
