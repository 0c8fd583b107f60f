import { tagMap as asMap, type Tag } from '../tags.ts'
import { invalidParameter } from './errors.ts'

/** @throws AwsError InvalidParameter where a key comes twice */
export function tagMap(tags: readonly Tag[] = []): Map<string, string> {
  const map = asMap(tags)
  if (map.size < tags.length) throw invalidParameter('Duplicated keys are not allowed.')
  return map
}
