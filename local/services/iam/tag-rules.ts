import type { Tag } from '@aws-sdk/client-iam'
import { AwsError } from '../../errors.ts'
import { violation } from './checks.ts'

/** Words recorded by LocalStack's validated tests, February 2026. */

const MAX_TAGS = 50
const MAX_KEY = 128
const MAX_VALUE = 256
const PATTERN = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+'
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u

const atMost = (most: number) => `Member must have length less than or equal to ${most}`
const wellFormed = `Member must satisfy regular expression pattern: ${PATTERN}`

/** @throws AwsError ValidationError, InvalidInput */
export function checkTags(tags: readonly Tag[] = []): void {
  if (tags.length > MAX_TAGS) throw violation('tags', atMost(MAX_TAGS))
  for (const [index, { Key = '', Value = '' }] of tags.entries()) {
    const at = `tags.${index + 1}.member`
    if (Key.length > MAX_KEY) throw violation(`${at}.key`, atMost(MAX_KEY))
    if (!allowed.test(Key)) throw violation(`${at}.key`, wellFormed)
    if (Value.length > MAX_VALUE) throw violation(`${at}.value`, atMost(MAX_VALUE))
  }
  if (new Set(tags.map(({ Key = '' }) => Key.toLowerCase())).size < tags.length)
    throw new AwsError('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.', {
      status: 400,
    })
}

/** @throws AwsError ValidationError */
export function checkTagKeys(keys: readonly string[]): void {
  if (keys.length > MAX_TAGS) throw violation('tagKeys', atMost(MAX_TAGS))
  if (keys.some((key) => key.length > MAX_KEY || !allowed.test(key)))
    throw violation(
      'tagKeys',
      `Member must satisfy constraint: [${atMost(MAX_KEY)}, Member must have length greater than or equal to 1, ${wellFormed}, Member must not be null]`,
    )
}
