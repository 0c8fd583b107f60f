import { violation } from './constraints.ts'

const text = '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)'
const allowed = new RegExp(`^${text}$`, 'u')
const rule = (most: number, least: number): string =>
  `have length less than or equal to ${most}, Member must have length greater than or equal to ${least}, Member must satisfy regular expression pattern: ${text}, Member must not be null]`

/** The API's model of tags, in the words that Lambda has for a map's members. @throws AwsError ValidationException */
export function checkTags(tags: Readonly<Record<string, string>> | undefined): void {
  const all = Object.entries(tags ?? {})
  const told = `{${all.map(([key, value]) => `${key}=${value}`).join(', ')}}`
  if (all.some(([, value]) => value.length > 256 || !allowed.test(value)))
    throw violation('tags', told, rule(256, 0), 'Map value must satisfy constraint: [')
  if (all.some(([key]) => key.length > 128 || key.length < 1 || !allowed.test(key)))
    throw violation('tags', told, rule(128, 1), 'Map keys must satisfy constraint: [')
}
