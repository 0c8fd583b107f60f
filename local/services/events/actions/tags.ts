import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-eventbridge'
import { type Action, action } from '../../../service.ts'
import { busNotFound, ruleNotFound } from '../errors.ts'
import type { EventsState } from '../model.ts'
import { tagList, tagMap } from '../tags.ts'

export function tagActions({ buses }: EventsState): Record<string, Action> {
  /** @throws AwsError ResourceNotFoundException */
  const tagsOf = (arn = ''): Map<string, string> => {
    const tags = arn.includes(':rule/') ? buses.ruleByArn(arn)?.tags : buses.find(arn)?.tags
    if (tags) return tags
    if (!arn.includes(':rule/')) throw busNotFound(buses.nameOf(arn))
    const path = arn.split(':rule/')[1]?.split('/') ?? []
    throw ruleNotFound(path.at(-1) ?? '', path.length === 2 ? (path[0] ?? '') : 'default')
  }
  return {
    TagResource: action<TagResourceCommandInput, TagResourceCommandOutput>({
      accepts: ['ResourceARN', 'Tags'],
      access: ({ ResourceARN = '' }) => [{ action: 'events:TagResource', resource: ResourceARN }],
      run: ({ ResourceARN, Tags }) => {
        const tags = tagsOf(ResourceARN)
        for (const [key, value] of tagMap(Tags)) tags.set(key, value)
        return {}
      },
    }),
    UntagResource: action<UntagResourceCommandInput, UntagResourceCommandOutput>({
      accepts: ['ResourceARN', 'TagKeys'],
      access: ({ ResourceARN = '' }) => [{ action: 'events:UntagResource', resource: ResourceARN }],
      run: ({ ResourceARN, TagKeys = [] }) => {
        const tags = tagsOf(ResourceARN)
        for (const key of TagKeys) tags.delete(key)
        return {}
      },
    }),
    ListTagsForResource: action<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput>({
      accepts: ['ResourceARN'],
      access: ({ ResourceARN = '' }) => [{ action: 'events:ListTagsForResource', resource: ResourceARN }],
      run: ({ ResourceARN }) => ({ Tags: tagList(tagsOf(ResourceARN)) }),
    }),
  }
}
