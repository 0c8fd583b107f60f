import type { CloudContext, CreatedResource, Properties, ResourceType } from '../../service.ts'

/** A parameter's tags are an object in templates, unlike those of other resources. */
const tagsOf = ({ Tags }: Properties): Readonly<Record<string, string>> => (Tags ?? {}) as Record<string, string>

/** CloudFormation resource types of SSM. */
export const ssmResources = (context: CloudContext): Record<string, ResourceType> => {
  const call = (action: string, input: object): Promise<unknown> =>
    context.call({ caller: context.administrator, service: 'ssm', action, input })
  const put = async (Name: string, properties: Properties, Overwrite: boolean): Promise<CreatedResource> => {
    const { Type, Value, Description, AllowedPattern, Tier, DataType } = properties
    await call('PutParameter', {
      Name,
      Type,
      Value: String(Value),
      Description,
      AllowedPattern,
      Tier,
      DataType,
      Overwrite,
    })
    const Tags = Object.entries(tagsOf(properties)).map(([Key, Text]) => ({ Key, Value: Text }))
    if (Tags.length > 0) await call('AddTagsToResource', { ResourceType: 'Parameter', ResourceId: Name, Tags })
    return { ref: Name, attributes: { Type, Value } }
  }
  return {
    'AWS::SSM::Parameter': {
      properties: ['Name', 'Type', 'Value', 'Description', 'AllowedPattern', 'Tier', 'DataType', 'Tags'],
      create: (properties, resource) =>
        put(String(properties.Name ?? `CFN-${resource.physicalName(100)}`), properties, false),
      async update(name, properties, previous) {
        if (properties.Name !== previous.Name) return undefined
        const gone = Object.keys(tagsOf(previous)).filter((key) => !(key in tagsOf(properties)))
        await call('RemoveTagsFromResource', { ResourceType: 'Parameter', ResourceId: name, TagKeys: gone })
        return put(name, properties, true)
      },
      async delete(Name) {
        await call('DeleteParameter', { Name })
      },
    },
  }
}
