import type {
  ListTagsCommandInput,
  ListTagsCommandOutput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-lambda'
import { type AccessCheck, type Action, action } from '../../../service.ts'
import type { LambdaParts } from '../parts.ts'

export const tagActions = (parts: LambdaParts): Readonly<Record<string, Action>> => {
  const on =
    (name: string) =>
    ({ Resource }: { Resource?: string | undefined }): readonly AccessCheck[] => [
      { action: `lambda:${name}`, resource: Resource ?? '*' },
    ]
  return {
    TagResource: action<TagResourceCommandInput, object>({
      accepts: ['Resource', 'Tags'],
      access: on('TagResource'),
      run: ({ Resource, Tags }) => {
        const { tags } = parts.functions.get(Resource)
        for (const [key, value] of Object.entries(Tags ?? {})) tags.set(key, value)
        return {}
      },
    }),
    UntagResource: action<UntagResourceCommandInput, object>({
      accepts: ['Resource', 'TagKeys'],
      access: on('UntagResource'),
      run: ({ Resource, TagKeys }) => {
        const { tags } = parts.functions.get(Resource)
        for (const key of TagKeys ?? []) tags.delete(key)
        return {}
      },
    }),
    ListTags: action<ListTagsCommandInput, ListTagsCommandOutput>({
      accepts: ['Resource'],
      access: on('ListTags'),
      run: ({ Resource }) => ({ Tags: Object.fromEntries(parts.functions.get(Resource).tags) }),
    }),
  }
}
