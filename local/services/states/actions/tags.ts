import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-sfn'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { resourceNotFound } from '../errors.ts'
import type { StateMachine } from '../model/machine.ts'
import { checkArn } from '../model/names.ts'
import { on, type StatesParts } from '../parts.ts'

const MAX_TAGS = 50

export const tagActions = (parts: StatesParts): Readonly<Record<string, Action>> => ({
  TagResource: action<TagResourceCommandInput, object>({
    accepts: ['resourceArn', 'tags'],
    access: on('TagResource', 'resourceArn'),
    run({ resourceArn, tags }) {
      const machine = taggable(parts, resourceArn)
      const next = new Map([
        ...machine.tags,
        ...(tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''] as const),
      ])
      if (next.size > MAX_TAGS) throw new AwsError('TooManyTags', `Too many tags: '${resourceArn}'`)
      for (const [key, value] of next) machine.tags.set(key, value)
      return {}
    },
  }),
  UntagResource: action<UntagResourceCommandInput, object>({
    accepts: ['resourceArn', 'tagKeys'],
    access: on('UntagResource', 'resourceArn'),
    run({ resourceArn, tagKeys }) {
      for (const key of tagKeys ?? []) taggable(parts, resourceArn).tags.delete(key)
      return {}
    },
  }),
  ListTagsForResource: action<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput>({
    accepts: ['resourceArn'],
    access: on('ListTagsForResource', 'resourceArn'),
    run: ({ resourceArn }) => ({
      tags: [...taggable(parts, resourceArn).tags].map(([key, value]) => ({ key, value })),
    }),
  }),
})

function taggable({ machines }: StatesParts, arn: string | undefined): StateMachine {
  const machine = machines.find(checkArn(arn, 'stateMachine'))
  if (!machine) throw resourceNotFound(arn ?? '')
  return machine
}
