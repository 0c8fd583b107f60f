import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import type { MonitoringParts } from '../parts.ts'

export function tagActions({ alarms, tags }: MonitoringParts): Record<string, Action> {
  const requireAlarm = (arn: string | undefined): string => {
    if (arn !== undefined && alarms.all().some(({ common }) => common.arn === arn)) return arn
    throw new AwsError('ResourceNotFoundException', `Resource ${arn} does not exist.`)
  }
  const on =
    (name: string) =>
    ({ ResourceARN = '' }: { ResourceARN: string | undefined }) => [
      { action: `cloudwatch:${name}`, resource: ResourceARN },
    ]

  return {
    TagResource: action<TagResourceCommandInput, TagResourceCommandOutput>({
      accepts: ['ResourceARN', 'Tags'],
      access: on('TagResource'),
      run: ({ ResourceARN, Tags }) => {
        tags.set(requireAlarm(ResourceARN), Tags)
        return {}
      },
    }),

    UntagResource: action<UntagResourceCommandInput, UntagResourceCommandOutput>({
      accepts: ['ResourceARN', 'TagKeys'],
      access: on('UntagResource'),
      run: ({ ResourceARN, TagKeys }) => {
        tags.remove(requireAlarm(ResourceARN), TagKeys ?? [])
        return {}
      },
    }),

    ListTagsForResource: action<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput>({
      accepts: ['ResourceARN'],
      access: on('ListTagsForResource'),
      run: ({ ResourceARN }) => ({ Tags: tags.of(requireAlarm(ResourceARN)) }),
    }),
  }
}
