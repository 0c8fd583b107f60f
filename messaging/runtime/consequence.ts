import type { DeliveryDeclaration } from '../declaration.ts'
import { isFailure } from '../failure.ts'
import { policyFor } from '../retry-policy.ts'
import { Expired } from './deadline.ts'
import { fullJitter, type Ports } from './ports.ts'

/** What becomes of a message whose attempt failed. */
export type Consequence =
  | { readonly kind: 'retry'; readonly seconds: number; readonly counts: boolean }
  | { readonly kind: 'park' | 'dead' }
  /** Nobody wants the message any more. */
  | { readonly kind: 'drop' }

export function consequenceOf(
  error: unknown,
  attempt: number,
  delivery: DeliveryDeclaration,
  ports: Ports,
): Consequence {
  const failure = isFailure(error) ? error : undefined
  if (failure && failure.kind !== 'retry') return { kind: failure.kind }
  if (error instanceof Expired) return { kind: 'drop' }
  const policy = policyFor(error, delivery.errors)
  if (typeof policy === 'string') return { kind: policy }
  const counts = failure?.counts !== false
  if (counts && attempt >= (policy?.attempts ?? delivery.attempts)) return exhausted(delivery)
  const { first, max } = policy?.backoff ?? delivery.backoff
  const wait = (failure?.kind === 'retry' && failure.after) || fullJitter(ports, attempt, first, max)
  return { kind: 'retry', seconds: Math.ceil(wait / 1000), counts }
}

/** In order, a message that cannot be handled holds its group; elsewhere it goes out of the way. */
export const exhausted = ({ ordered }: DeliveryDeclaration): Consequence => ({ kind: ordered ? 'park' : 'dead' })
