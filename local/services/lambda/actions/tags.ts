import type {
  ListTagsCommandInput,
  ListTagsCommandOutput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-lambda'
import { type AccessCheck, type Action, action } from '../../../service.ts'
import { required, violation } from '../model/constraints.ts'
import { invalid } from '../model/functions.ts'
import { checkTags } from '../model/tag-rules.ts'
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
        checkTags(Tags)
        const { tags } = tagged(parts, Resource)
        const added = Object.entries(Tags ?? {})
        if (added.length === 0) throw invalid('An error occurred and the request cannot be processed.')
        if (new Set([...tags.keys(), ...added.map(([key]) => key)]).size > most)
          throw invalid('Number of tags exceeds resource tag limit.')
        for (const [key, value] of added) tags.set(key, value)
        return {}
      },
    }),
    UntagResource: action<UntagResourceCommandInput, object>({
      accepts: ['Resource', 'TagKeys'],
      access: on('UntagResource'),
      run: ({ Resource, TagKeys }) => {
        required('tagKeys', TagKeys?.length ? TagKeys : undefined)
        const { tags } = tagged(parts, Resource)
        for (const key of TagKeys ?? []) tags.delete(key)
        return {}
      },
    }),
    ListTags: action<ListTagsCommandInput, ListTagsCommandOutput>({
      accepts: ['Resource'],
      access: on('ListTags'),
      run: ({ Resource }) => ({ Tags: Object.fromEntries(tagged(parts, Resource).tags) }),
    }),
  }
}

const most = 50

/** As of 2026 (recorded by LocalStack's validated tests). */
const taggable =
  'arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)'

/** Tags are a function's or a mapping's, by its whole ARN. Wordings recorded by LocalStack's validated tests. */
function tagged({ functions, mappings }: LambdaParts, arn = ''): { readonly tags: Map<string, string> } {
  if (!new RegExp(`^${taggable}$`).test(arn))
    throw violation('resource', arn, `satisfy regular expression pattern: ${taggable}`)
  const [, mapping] = arn.split(':event-source-mapping:')
  if (mapping !== undefined) return mappings.get(mapping)
  if (functions.named(arn).qualifier !== undefined)
    throw invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.')
  return functions.get(arn)
}
