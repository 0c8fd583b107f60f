import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-sns'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import type { Topics } from '../model.ts'
import { tagList, tagMap } from '../tags.ts'

export const tagActions = (topics: Topics): Record<string, Action> => {
  /** @throws AwsError ResourceNotFound */
  const tagsOf = (arn = ''): Map<string, string> => {
    const topic = topics.find(arn)
    if (!topic) throw new AwsError('ResourceNotFoundException', 'Resource does not exist')
    return topic.tags
  }
  return {
    TagResource: action<TagResourceCommandInput, TagResourceCommandOutput>({
      accepts: ['ResourceArn', 'Tags'],
      access: ({ ResourceArn = '' }) => [{ action: 'sns:TagResource', resource: ResourceArn }],
      run: ({ ResourceArn, Tags }) => {
        const tags = tagsOf(ResourceArn)
        for (const [key, value] of tagMap(Tags)) tags.set(key, value)
        return {}
      },
    }),
    UntagResource: action<UntagResourceCommandInput, UntagResourceCommandOutput>({
      accepts: ['ResourceArn', 'TagKeys'],
      access: ({ ResourceArn = '' }) => [{ action: 'sns:UntagResource', resource: ResourceArn }],
      run: ({ ResourceArn, TagKeys = [] }) => {
        const tags = tagsOf(ResourceArn)
        for (const key of TagKeys) tags.delete(key)
        return {}
      },
    }),
    ListTagsForResource: action<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput>({
      accepts: ['ResourceArn'],
      access: ({ ResourceArn = '' }) => [{ action: 'sns:ListTagsForResource', resource: ResourceArn }],
      run: ({ ResourceArn }) => ({ Tags: tagList(tagsOf(ResourceArn)) }),
    }),
  }
}
