import { invalidParameter } from './errors.ts'

interface Tag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** @throws AwsError InvalidParameter where a key comes twice */
export function tagMap(tags: readonly Tag[] = []): Map<string, string> {
  const map = new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
  if (map.size < tags.length) throw invalidParameter('Duplicated keys are not allowed.')
  return map
}

export const tagList = (tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }))
