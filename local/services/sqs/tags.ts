import { invalidParameter } from './errors.ts'

const MAX_TAGS = 50

export const wrongKey = () => invalidParameter('Tag keys must be between 1 and 128 characters in length.')

/** @throws InvalidParameterValue where a key or value breaks AWS's limits */
export function checkTags(queueName: string, tags: Readonly<Record<string, string>>): Map<string, string> {
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 128) throw wrongKey()
    if (value.length > 256) throw invalidParameter('Tag values must be between 0 and 256 characters in length.')
    if (/^aws:/i.test(key)) throw invalidParameter(`Tag keys starting with 'aws:' are reserved for system use: ${key}.`)
  }
  return checkCount(queueName, new Map(Object.entries(tags)))
}

/** @throws InvalidParameterValue where there are too many tags */
export function checkCount(queueName: string, tags: Map<string, string>): Map<string, string> {
  if (tags.size > MAX_TAGS) throw invalidParameter(`Too many tags added for queue ${queueName}.`)
  return tags
}
