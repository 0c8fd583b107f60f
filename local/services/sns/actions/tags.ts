import { AwsError } from '../../../errors.ts'
import type { Action } from '../../../service.ts'
import { taggingActions } from '../../tags.ts'
import type { Topics } from '../model.ts'
import { checkTagCount, tagMap } from '../tags.ts'

export const tagActions = (topics: Topics): Record<string, Action> => {
  /** @throws AwsError ResourceNotFound */
  const tagsOf = (arn: string): Map<string, string> => {
    const topic = topics.find(arn)
    if (!topic) throw new AwsError('ResourceNotFoundException', 'Resource does not exist')
    return topic.tags
  }
  return taggingActions({ prefix: 'sns', member: 'ResourceArn', tagsOf, read: tagMap, check: checkTagCount })
}
