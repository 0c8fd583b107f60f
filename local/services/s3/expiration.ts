import type { Bucket, StoredObject } from './model/bucket.ts'

/** The `x-amz-expiration` of an object that a rule of its bucket will remove. */
export function expirationOf(bucket: Bucket, object: StoredObject): { Expiration?: string } {
  const expiry = bucket.expiryOf(object)
  if (!expiry) return {}
  return {
    Expiration: `expiry-date="${new Date(expiry.at).toUTCString()}", rule-id="${encodeURIComponent(expiry.rule)}"`,
  }
}
