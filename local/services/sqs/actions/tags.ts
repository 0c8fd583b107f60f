import type {
  ListQueueTagsCommandInput,
  ListQueueTagsCommandOutput,
  TagQueueCommandInput,
  TagQueueCommandOutput,
  UntagQueueCommandInput,
  UntagQueueCommandOutput,
} from '@aws-sdk/client-sqs'
import { type Action, action } from '../../../service.ts'
import { missingParameter } from '../errors.ts'
import { onQueue, requireQueue, type SqsParts } from '../store.ts'
import { checkCount, checkTags, wrongKey } from '../tags.ts'

export const tagActions = (parts: SqsParts): Record<string, Action> => ({
  TagQueue: action<TagQueueCommandInput, TagQueueCommandOutput>({
    accepts: ['QueueUrl', 'Tags'],
    access: onQueue(parts, 'TagQueue'),
    run: ({ QueueUrl, Tags }, call) => {
      const record = requireQueue(parts, QueueUrl, call)
      if (!Tags || Object.keys(Tags).length === 0) throw missingParameter('Tags')
      record.tags = checkCount(record.name, new Map([...record.tags, ...checkTags(record.name, Tags)]))
      return {}
    },
  }),

  UntagQueue: action<UntagQueueCommandInput, UntagQueueCommandOutput>({
    accepts: ['QueueUrl', 'TagKeys'],
    access: onQueue(parts, 'UntagQueue'),
    run: ({ QueueUrl, TagKeys }, call) => {
      const record = requireQueue(parts, QueueUrl, call)
      if (!TagKeys) throw missingParameter('TagKeys')
      if (TagKeys.length === 0) throw wrongKey()
      for (const key of TagKeys) record.tags.delete(key)
      return {}
    },
  }),

  ListQueueTags: action<ListQueueTagsCommandInput, ListQueueTagsCommandOutput>({
    accepts: ['QueueUrl'],
    access: onQueue(parts, 'ListQueueTags'),
    run: ({ QueueUrl }, call) => {
      const { tags } = requireQueue(parts, QueueUrl, call)
      return { Tags: tags.size > 0 ? Object.fromEntries(tags) : undefined }
    },
  }),
})
