import type { CloudContext, CreatedResource, Properties, ResourceType } from '../../service.ts'

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
    return { ref: Name, attributes: { Type, Value } }
  }
  return {
    'AWS::SSM::Parameter': {
      properties: ['Name', 'Type', 'Value', 'Description', 'AllowedPattern', 'Tier', 'DataType'],
      noEffect: { Tags: 'no policy or search reads the tags of parameters here' },
      create: (properties, resource) =>
        put(String(properties.Name ?? `CFN-${resource.physicalName(100)}`), properties, false),
      async update(name, properties, previous) {
        return properties.Name === previous.Name ? put(name, properties, true) : undefined
      },
      async delete(Name) {
        await call('DeleteParameter', { Name })
      },
    },
  }
}
