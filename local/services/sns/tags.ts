import { AwsError } from '../../errors.ts'
import { tagMap as asMap, type Tag } from '../tags.ts'
import { invalidParameter, validationError } from './errors.ts'

const MAX_TAGS = 50

/** @throws AwsError InvalidParameter where a key comes twice, ValidationError for a length */
export function tagMap(tags: readonly Tag[] = []): Map<string, string> {
  for (const [at, { Key = '', Value = '' }] of tags.entries()) {
    const path = `tags.${at + 1}.member`
    if (Key === '') throw validationError(`${path}.key`, `''`, 'Member must have length greater than or equal to 1')
    checkLength(`${path}.key`, Key, 128)
    checkLength(`${path}.value`, Value, 256)
  }
  const map = asMap(tags)
  if (map.size < tags.length) throw invalidParameter('Duplicated keys are not allowed.')
  return map
}

/** @throws AwsError TagLimitExceeded */
export function checkTagCount(...tags: readonly ReadonlyMap<string, string>[]): void {
  const keys = new Set(tags.flatMap((each) => [...each.keys()]))
  if (keys.size > MAX_TAGS)
    throw new AwsError('TagLimitExceededException', 'Could not complete request: tag quota of per resource exceeded')
}

function checkLength(path: string, text: string, most: number): void {
  if (text.length > most)
    throw validationError(path, `'${text}'`, `Member must have length less than or equal to ${most}`)
}
