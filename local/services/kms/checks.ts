import { AwsError } from '../../errors.ts'
import type { AccessCheck, CloudContext } from '../../service.ts'
import type { EncryptionContext } from './cipher.ts'
import type { KmsModel } from './model.ts'

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message)

/** A required member. */
export function required<T>(value: T | undefined, member: string): T {
  if (value !== undefined) return value
  const name = member.charAt(0).toLowerCase() + member.slice(1)
  throw invalid(`1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must not be null`)
}

/** The check of an action on a key, however the request names it. */
export function onKey(
  context: CloudContext,
  model: KmsModel,
  action: string,
  reference: string | undefined,
  encryptionContext?: EncryptionContext,
): AccessCheck[] {
  const keys: Record<string, string | readonly string[]> = { 'kms:CallerAccount': context.account }
  for (const [key, value] of Object.entries(encryptionContext ?? {})) keys[`kms:EncryptionContext:${key}`] = value
  if (encryptionContext) keys['kms:EncryptionContextKeys'] = Object.keys(encryptionContext)
  if (reference?.includes('alias/')) keys['kms:RequestAlias'] = reference.slice(reference.indexOf('alias/'))
  const resource =
    model.find(reference ?? '')?.arn ?? `arn:aws:kms:${context.region}:${context.account}:key/${reference}`
  return [{ action: `kms:${action}`, resource, context: keys }]
}

/** One page of a list: the marker is the position of the next element. @throws AwsError InvalidMarkerException, ValidationException */
export function page<T>(
  all: readonly T[],
  { Limit, Marker }: { Limit?: number | undefined; Marker?: string | undefined },
  size: number,
  most: number,
): { elements: T[]; Truncated: boolean; NextMarker?: string } {
  const limit = Limit ?? size
  if (limit < 1 || limit > most)
    throw invalid(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value ${limit < 1 ? 'greater than or equal to 1' : `less than or equal to ${most}`}`,
    )
  const from = Number(Marker ?? 0)
  if (!Number.isInteger(from) || from < 0) throw new AwsError('InvalidMarkerException', 'Invalid marker.')
  const next = from + limit
  const more = next < all.length
  return { elements: all.slice(from, next), Truncated: more, ...(more ? { NextMarker: String(next) } : {}) }
}

/** A dry run ends where everything has been checked: with an error. */
export function checkDryRun(dryRun: boolean | undefined): void {
  if (dryRun)
    throw new AwsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.')
}
