import { type Action, action } from '../service.ts'

/** A tag as the APIs with `Key` and `Value` take it. */
export interface Tag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

export const tagMap = (tags: readonly Tag[] = []): Map<string, string> =>
  new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]))

export const tagList = (tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }))

/** Where a service keeps its tags, and how it spells the three actions. */
export interface Tagged<Member extends string> {
  /** The service's prefix in IAM actions. */
  readonly prefix: string
  /** The input member that names the resource. */
  readonly member: Member
  /** The resource's tags, changed in place. @throws AwsError the service's own for a resource that is not there */
  tagsOf(arn: string): Map<string, string>
  /** Refuses tags that together are too many, before any is set. */
  check?(before: ReadonlyMap<string, string>, added: ReadonlyMap<string, string>): void
  /** Reads tags by the service's rules. @default tagMap */
  read?(tags: readonly Tag[] | undefined): Map<string, string>
}

type Naming<Member extends string> = Partial<Record<Member, string | undefined>>

/** TagResource, UntagResource and ListTagsForResource, alike in every service that names the resource by its ARN. */
export function taggingActions<Member extends string>(tagged: Tagged<Member>): Record<string, Action> {
  const { prefix, member, tagsOf, check, read = tagMap } = tagged
  const arnOf = (input: object): string => (input as Naming<Member>)[member] ?? ''
  const access = (name: string) => (input: object) => [{ action: `${prefix}:${name}`, resource: arnOf(input) }]
  return {
    TagResource: action<Naming<Member> & { Tags?: Tag[] }, object>({
      accepts: [member, 'Tags'],
      access: access('TagResource'),
      run: (input) => {
        const tags = tagsOf(arnOf(input))
        const added = read(input.Tags)
        check?.(tags, added)
        for (const [key, value] of added) tags.set(key, value)
        return {}
      },
    }),
    UntagResource: action<Naming<Member> & { TagKeys?: string[] }, object>({
      accepts: [member, 'TagKeys'],
      access: access('UntagResource'),
      run: (input) => {
        const tags = tagsOf(arnOf(input))
        for (const key of input.TagKeys ?? []) tags.delete(key)
        return {}
      },
    }),
    ListTagsForResource: action<Naming<Member>, { Tags: Tag[] }>({
      accepts: [member],
      access: access('ListTagsForResource'),
      run: (input) => ({ Tags: tagList(tagsOf(arnOf(input))) }),
    }),
  }
}
