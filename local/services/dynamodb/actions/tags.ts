import type {
  ListTagsOfResourceCommandInput,
  ListTagsOfResourceCommandOutput,
  Tag,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { Constraints } from '../constraints.ts'
import { invalid } from '../errors.ts'
import type { Model } from '../model.ts'
import type { Table } from '../tables/table.ts'

const MAX_TAGS = 50
const PAGE = 10

/** Letters, spaces, digits and a few signs, as the developer guide says. */
const TAG_PATTERN = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*'
const tagText = new RegExp(`^${TAG_PATTERN}$`, 'u')

/** @throws AwsError where a tag has no key, is too long, or comes twice */
export function checkTags(tags: readonly Tag[] | undefined): void {
  const constraints = new Constraints()
  for (const [at, { Key, Value }] of (tags ?? []).entries()) {
    const member = `tags.${at + 1}.member`
    constraints.present(`${member}.key`, Key).length(`${member}.key`, Key, 1, 128)
    constraints.present(`${member}.value`, Value).length(`${member}.value`, Value, 0, 256)
    for (const [name, text] of [
      ['key', Key],
      ['value', Value],
    ] as const)
      constraints.check(
        text === undefined || tagText.test(text),
        `${member}.${name}`,
        text,
        `Member must satisfy regular expression pattern: ${TAG_PATTERN}`,
      )
  }
  constraints.done()
  const keys = (tags ?? []).map(({ Key }) => Key)
  if (new Set(keys).size < keys.length) throw invalid('One or more parameter values were invalid: Duplicate tag key')
  if (keys.length > MAX_TAGS)
    throw invalid(`One or more parameter values were invalid: Too many tags: at most ${MAX_TAGS} are allowed`)
}

/** The table of a ResourceArn. `notFound` words the error: AWS names the ARN for tags, and the table for policies. */
export function taggedTable(
  model: Model,
  arn: string | undefined,
  notFound: (arn: string) => AwsError = noSuchArn,
): Table {
  new Constraints().present('resourceArn', arn).length('resourceArn', arn, 1, 1283).done()
  const given = arn as string
  if (!/^arn:[^:]*:dynamodb:/.test(given) || given.includes('/index/'))
    throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${given}`)
  const [region, account] = given.split(':').slice(3)
  if (region !== model.context.region || account !== model.context.account)
    throw new AwsError(
      'AccessDeniedException',
      `Not authorized to access the resource ${given} of another account or region`,
    )
  const table = model.tables.byArn(given)
  if (!table) throw notFound(given)
  return table
}

const noSuchArn = (arn: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${arn} not found`)

export const tagActions = (model: Model): Record<string, Action> => ({
  TagResource: action<TagResourceCommandInput, TagResourceCommandOutput>({
    accepts: ['ResourceArn', 'Tags'],
    access: (input) => [{ action: 'dynamodb:TagResource', resource: input.ResourceArn ?? '' }],
    run(input) {
      const table = taggedTable(model, input.ResourceArn)
      if (!input.Tags?.length) throw invalid('Atleast one Tag needs to be provided as Input.')
      checkTags(input.Tags)
      const tags = { ...table.state.tags }
      for (const { Key, Value } of input.Tags) tags[Key as string] = Value as string
      if (Object.keys(tags).length > MAX_TAGS)
        throw invalid(`One or more parameter values were invalid: Too many tags: at most ${MAX_TAGS} are allowed`)
      table.state.tags = tags
      model.tables.save(table)
      return {}
    },
  }),
  UntagResource: action<UntagResourceCommandInput, UntagResourceCommandOutput>({
    accepts: ['ResourceArn', 'TagKeys'],
    access: (input) => [{ action: 'dynamodb:UntagResource', resource: input.ResourceArn ?? '' }],
    run(input) {
      const table = taggedTable(model, input.ResourceArn)
      if (!input.TagKeys?.length) throw invalid('Atleast one Tag Key needs to be provided as Input.')
      for (const key of input.TagKeys) delete table.state.tags[key]
      model.tables.save(table)
      return {}
    },
  }),
  ListTagsOfResource: action<ListTagsOfResourceCommandInput, ListTagsOfResourceCommandOutput>({
    accepts: ['ResourceArn', 'NextToken'],
    access: (input) => [{ action: 'dynamodb:ListTagsOfResource', resource: input.ResourceArn ?? '' }],
    run(input) {
      const tags = Object.entries(taggedTable(model, input.ResourceArn).state.tags)
      const start = input.NextToken === undefined ? 0 : Number(input.NextToken)
      if (!Number.isSafeInteger(start) || start < 0) throw invalid('Invalid NextToken provided as input')
      return {
        Tags: tags.slice(start, start + PAGE).map(([Key, Value]) => ({ Key, Value })),
        ...(tags.length > start + PAGE && { NextToken: String(start + PAGE) }),
      }
    },
  }),
})
