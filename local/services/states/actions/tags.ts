import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-sfn'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { resourceNotFound } from '../errors.ts'
import { checkArn } from '../model/names.ts'
import { on, type StatesParts } from '../parts.ts'

const MAX_TAGS = 50

export const tagActions = (parts: StatesParts): Readonly<Record<string, Action>> => ({
  TagResource: action<TagResourceCommandInput, object>({
    accepts: ['resourceArn', 'tags'],
    access: on('TagResource', 'resourceArn'),
    run({ resourceArn, tags }) {
      const kept = tagsOf(parts, resourceArn)
      const next = new Map([...kept, ...(tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''] as const)])
      if (next.size > MAX_TAGS) throw new AwsError('TooManyTags', `Too many tags: '${resourceArn}'`)
      for (const [key, value] of next) kept.set(key, value)
      return {}
    },
  }),
  UntagResource: action<UntagResourceCommandInput, object>({
    accepts: ['resourceArn', 'tagKeys'],
    access: on('UntagResource', 'resourceArn'),
    run({ resourceArn, tagKeys }) {
      for (const key of tagKeys ?? []) tagsOf(parts, resourceArn).delete(key)
      return {}
    },
  }),
  ListTagsForResource: action<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput>({
    accepts: ['resourceArn'],
    access: on('ListTagsForResource', 'resourceArn'),
    run: ({ resourceArn }) => ({
      tags: [...tagsOf(parts, resourceArn)].map(([key, value]) => ({ key, value })),
    }),
  }),
})

/** Of a state machine or an activity. */
function tagsOf({ machines, activities }: StatesParts, arn: string | undefined): Map<string, string> {
  const found =
    activities.find(arn ?? '') ?? machines.find(checkArn(arn, isActivity(arn) ? 'activity' : 'stateMachine'))
  if (!found) throw resourceNotFound(arn ?? '')
  return found.tags
}

const isActivity = (arn: string | undefined): boolean => arn?.split(':')[5] === 'activity'
