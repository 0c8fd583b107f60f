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
