import type {
  AddTagsToResourceCommandInput,
  AddTagsToResourceCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  RemoveTagsFromResourceCommandInput,
  RemoveTagsFromResourceCommandOutput,
} from '@aws-sdk/client-ssm'
import { AwsError, NotSimulated } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { tagList, tagMap } from '../../tags.ts'
import type { SsmModel } from '../model.ts'

interface Named {
  readonly ResourceType?: string | undefined
  readonly ResourceId?: string | undefined
}

/** SSM names what it tags by type and id, not by ARN. */
export function tagActions(model: SsmModel): Record<string, Action> {
  const on =
    (name: string) =>
    ({ ResourceId = '' }: Named) => [{ action: `ssm:${name}`, resource: model.arn(ResourceId) }]
  const tagsOf = ({ ResourceType, ResourceId = '' }: Named): Map<string, string> => {
    if (ResourceType !== 'Parameter')
      throw new NotSimulated(`SSM resources of type ${ResourceType}`, 'There are parameters: say Parameter.')
    const found = model.parameters.get(ResourceId)
    if (found) return found.tags
    throw new AwsError(
      'InvalidResourceId',
      'The resource ID is not valid. Verify that you entered the correct ID and try again.',
    )
  }
  return {
    AddTagsToResource: action<AddTagsToResourceCommandInput, AddTagsToResourceCommandOutput>({
      accepts: ['ResourceType', 'ResourceId', 'Tags'],
      access: on('AddTagsToResource'),
      run: (input) => {
        const tags = tagsOf(input)
        for (const [key, value] of tagMap(input.Tags)) tags.set(key, value)
        return {}
      },
    }),
    RemoveTagsFromResource: action<RemoveTagsFromResourceCommandInput, RemoveTagsFromResourceCommandOutput>({
      accepts: ['ResourceType', 'ResourceId', 'TagKeys'],
      access: on('RemoveTagsFromResource'),
      run: (input) => {
        const tags = tagsOf(input)
        for (const key of input.TagKeys ?? []) tags.delete(key)
        return {}
      },
    }),
    ListTagsForResource: action<ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput>({
      accepts: ['ResourceType', 'ResourceId'],
      access: on('ListTagsForResource'),
      run: (input) => ({ TagList: tagList(tagsOf(input)) }),
    }),
  }
}
