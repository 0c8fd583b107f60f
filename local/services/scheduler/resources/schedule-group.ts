import type { CloudContext, ResourceType } from '../../../service.ts'
import { present } from '../../events/resources/call.ts'

interface Tag {
  readonly Key: string
}

const tags = (value: unknown): readonly Tag[] => (value as readonly Tag[] | undefined) ?? []

export const scheduleGroupResource = (context: CloudContext): ResourceType => {
  const call = (action: string, input: object) =>
    context.call<object, Record<string, unknown>>({
      caller: context.administrator,
      service: 'scheduler',
      action,
      input,
    })
  const described = async (Name: string) => {
    const { Arn, State, CreationDate, LastModificationDate } = await call('GetScheduleGroup', { Name })
    return { ref: Name, attributes: { Arn, State, CreationDate, LastModificationDate } }
  }
  return {
    properties: ['Name', 'Tags'],
    async create(properties, resource) {
      const Name = String(properties.Name ?? resource.physicalName(64))
      await call('CreateScheduleGroup', present({ Name, Tags: properties.Tags }))
      return described(Name)
    },
    async update(Name, properties, previous) {
      if (properties.Name !== previous.Name) return undefined
      const group = await described(Name)
      const kept = tags(properties.Tags).map(({ Key }) => Key)
      const gone = tags(previous.Tags)
        .map(({ Key }) => Key)
        .filter((key) => !kept.includes(key))
      const ResourceArn = group.attributes.Arn
      if (gone.length > 0) await call('UntagResource', { ResourceArn, TagKeys: gone })
      if (kept.length > 0) await call('TagResource', { ResourceArn, Tags: properties.Tags })
      return group
    },
    async delete(Name) {
      await call('DeleteScheduleGroup', { Name })
    },
  }
}
