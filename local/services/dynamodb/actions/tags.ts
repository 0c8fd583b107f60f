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
import { invalid, invalidParameter } from '../errors.ts'
import type { Model } from '../model.ts'
import type { Table } from '../tables/table.ts'

const MAX_TAGS = 50
const PAGE = 10

/** Letters, spaces, digits and a few signs, as the developer guide says. */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** @throws AwsError in the words that aws-controllers-k8s measured (2026-10), at the first tag that is none */
export function checkTags(tags: readonly Tag[] | undefined): void {
  const seen = new Set<string>()
  for (const { Key, Value } of tags ?? []) {
    checkTagKey(Key)
    if (Value === undefined || Value.length > 256 || !tagText.test(Value))
      throw invalid(`The Tag Value provided is invalid, Value: ${Value ?? null}`)
    if (Key.startsWith('aws:')) throw invalid(`Tag Key cannot be prefixed with aws:, Key: ${Key}`)
    if (seen.has(Key)) throw invalid(`Duplicate Tag Keys provided as input: Duplicate Tag Key found ${Key}`)
    seen.add(Key)
  }
  checkNumber(seen.size)
}

function checkTagKey(key: string | undefined): asserts key is string {
  if (key === undefined || key === '' || key.length > 128 || !tagText.test(key))
    throw invalid(`The Tag Key provided is invalid, Key: ${key ?? null}`)
}

function checkNumber(tags: number): void {
  if (tags > MAX_TAGS) throw invalid('Number of Tags exceed the current limit for the provided ResourceArn')
}

/** The table of a ResourceArn. `notFound` words the error: AWS names the ARN for tags, and the table for policies. */
export function taggedTable(
  model: Model,
  arn: string | undefined,
  notFound: (arn: string) => AwsError = noSuchArn,
): Table {
  new Constraints().present('resourceArn', arn).length('resourceArn', arn, 1, 1283).done()
  const given = arn as string
  if (given.includes('/index/'))
    throw invalidParameter(
      `Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${given}`,
    )
  if (!/^arn:[^:]*:dynamodb:/.test(given))
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
      checkNumber(Object.keys(tags).length)
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
      for (const key of input.TagKeys) checkTagKey(key)
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
