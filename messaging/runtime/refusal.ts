import { type Envelope, MAX_HOPS } from '../envelope.ts'
import { Dead, Park } from '../failure.ts'
import { AGE_FENCE_SECONDS } from '../table-layout.ts'
import { Expired } from './deadline.ts'

/** Code of what the age fence holds back. */
export const TOO_OLD = 'TooOldToProve'

/** Reasons in the message itself not to handle it. */
export function refusalOf(envelope: Envelope, now: number): Park | Dead | Expired | undefined {
  const age = Math.floor((now - Date.parse(envelope.notbefore ?? envelope.time)) / 1000)
  if (age > AGE_FENCE_SECONDS)
    return new Park(
      `made at ${envelope.time}: a mark that old may be gone, so nobody can tell whether it was handled`,
      {
        code: TOO_OLD,
      },
    )
  if (envelope.hops > MAX_HOPS)
    return new Dead(`${envelope.hops} hops from its first message, ${MAX_HOPS} allowed`, { code: 'Loop' })
  if (envelope.deadline !== undefined && Date.parse(envelope.deadline) < now) return new Expired(envelope.deadline)
  return undefined
}
