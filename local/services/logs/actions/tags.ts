import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  ListTagsLogGroupCommandInput,
  ListTagsLogGroupCommandOutput,
  TagLogGroupCommandInput,
  TagLogGroupCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagLogGroupCommandInput,
  UntagLogGroupCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs'
import { type Action, action } from '../../../service.ts'
import { type LogsParts, onGroup, requireGroup } from '../parts.ts'

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

    // The names that these actions had before all resources could be tagged.
    TagLogGroup: action<TagLogGroupCommandInput, TagLogGroupCommandOutput>({
      accepts: ['logGroupName', 'tags'],
      access: onGroup(parts, 'TagLogGroup'),
      run: (input) => {
        const group = requireGroup(parts, input)
        for (const [key, value] of Object.entries(input.tags ?? {})) group.tags.set(key, value)
        return {}
      },
    }),

    UntagLogGroup: action<UntagLogGroupCommandInput, UntagLogGroupCommandOutput>({
      accepts: ['logGroupName', 'tags'],
      access: onGroup(parts, 'UntagLogGroup'),
      run: (input) => {
        const group = requireGroup(parts, input)
        for (const key of input.tags ?? []) group.tags.delete(key)
        return {}
      },
    }),

    ListTagsLogGroup: action<ListTagsLogGroupCommandInput, ListTagsLogGroupCommandOutput>({
      accepts: ['logGroupName'],
      access: onGroup(parts, 'ListTagsLogGroup'),
      run: (input) => ({ tags: Object.fromEntries(requireGroup(parts, input).tags) }),
    }),
  }
}
