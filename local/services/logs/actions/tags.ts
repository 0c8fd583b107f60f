import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs'
import { type Action, action } from '../../../service.ts'
import { type LogsParts, requireGroup } from '../parts.ts'

export function tagActions(parts: LogsParts): Record<string, Action> {
  const on =
    (name: string) =>
    ({ resourceArn = '' }: { resourceArn: string | undefined }) => [{ action: `logs:${name}`, resource: resourceArn }]
  const groupOf = (resourceArn: string | undefined) => requireGroup(parts, { logGroupIdentifier: resourceArn })

  return {
    TagResource: action<TagResourceCommandInput, TagResourceCommandOutput>({
      accepts: ['resourceArn', 'tags'],
      access: on('TagResource'),
      run: ({ resourceArn, tags = {} }) => {
        const group = groupOf(resourceArn)
        for (const [key, value] of Object.entries(tags)) group.tags.set(key, value)
        return {}
      },
    }),

    UntagResource: action<UntagResourceCommandInput, UntagResourceCommandOutput>({
      accepts: ['resourceArn', 'tagKeys'],
      access: on('UntagResource'),
      run: ({ resourceArn, tagKeys = [] }) => {
        const group = groupOf(resourceArn)
        for (const key of tagKeys) group.tags.delete(key)
        return {}
      },
    }),

    ListTagsForResource: action<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput>({
      accepts: ['resourceArn'],
      access: on('ListTagsForResource'),
      run: ({ resourceArn }) => ({ tags: Object.fromEntries(groupOf(resourceArn).tags) }),
    }),
  }
}
