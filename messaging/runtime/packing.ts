import type { AnyContract } from '../contract.ts'
import type { Envelope } from '../envelope.ts'
import { variables } from '../environment.ts'
import { Park } from '../failure.ts'
import { bodyOf, type Emittable, routeLimit } from './outgoing.ts'
import { settings } from './settings.ts'

/** Who puts a claim, and where. */
export interface ClaimSender {
  /** Stands in the object's key, and in the one permission to put it. */
  readonly id: string
  /** Bytes of a message that is not worth an object. @default what its route takes */
  readonly inline?: number
  bucket(): Promise<string>
}

/**
 * In a unit a message is written to a table before it leaves: by the kilobyte, where an object costs as much as about 8 of them
 * (delivery.md: a put is 5 dollars a million, a write unit 0.625).
 */
const INLINE_IN_UNIT = 8 * 1024

/** Below it no body gets smaller by much. Bytes. */
const PACK_FROM = 1024

export const unitSender = (id: string): ClaimSender => ({ id, inline: INLINE_IN_UNIT, bucket: ownClaimBucket })

/** The bucket that the constructs have named. @throws Error where they have not */
export const ownClaimBucket = async (): Promise<string> => settings({ claims: variables.claims }).claims

/**
 * The message as it travels: with its data, or with its data compressed, or with a reference to its data in S3, which is put here.
 * @throws TooLarge where even that does not fit its route
 */
export async function packed(
  contract: Emittable,
  envelope: Envelope,
  sender: ClaimSender,
): Promise<{ readonly envelope: Envelope; readonly body: string }> {
  const claimCheck = 'claimCheck' in contract ? contract.claimCheck : undefined
  if (!claimCheck || Buffer.byteLength(JSON.stringify(envelope)) <= PACK_FROM)
    return { envelope, body: bodyOf(contract, envelope) }
  const { pack } = await claimCheck.runtime()
  const most = Math.min(sender.inline ?? Number.POSITIVE_INFINITY, routeLimit(contract, envelope))
  const travelling = await pack(claimCheck, envelope, { ...sender, inline: most })
  return { envelope: travelling, body: bodyOf(contract, travelling) }
}

/**
 * A message's data, wherever it is.
 * @throws Park where this code does not know yet that the contract's bodies may be packed; Dead, Retry as the claim is found
 */
export async function dataOf(contract: AnyContract, envelope: Envelope): Promise<unknown> {
  if (envelope.dataref === undefined && envelope.datapacked === undefined) return envelope.data
  if (!contract.claimCheck)
    throw new Park(`its body is packed, which needs a consumer whose ${contract.name} has claimCheck`, {
      code: 'NewerVersion',
    })
  const { unpack } = await contract.claimCheck.runtime()
  return unpack(envelope, ownClaimBucket)
}
