import type { CreateStateMachineCommandOutput, DescribeStateMachineCommandOutput } from '@aws-sdk/client-sfn'
import type { CreatedResource, Properties, ResourceType } from '../../../service.ts'
import { type CallStates, camelCase, changed, present } from './call.ts'

export const stateMachineResource = (call: CallStates): ResourceType => ({
  properties: [
    ...['StateMachineName', 'StateMachineType', 'RoleArn', 'Definition', 'DefinitionString', 'DefinitionSubstitutions'],
    ...['LoggingConfiguration', 'TracingConfiguration', 'Tags'],
  ],
  noEffect: { EncryptionConfiguration: 'definitions and executions are kept in memory, unencrypted' },

  async create(properties, resource) {
    const { stateMachineArn } = await call<CreateStateMachineCommandOutput>('CreateStateMachine', {
      name: properties.StateMachineName ?? resource.physicalName(80),
      ...present({ type: properties.StateMachineType, tags: camelCase(properties.Tags) }),
      ...settings(properties),
    })
    return describe(call, String(stateMachineArn))
  },

  async update(arn, properties, previous) {
    if (changed('StateMachineName', properties, previous) || changed('StateMachineType', properties, previous))
      return undefined
    await call('UpdateStateMachine', { stateMachineArn: arn, ...settings(properties) })
    if (changed('Tags', properties, previous)) await retag(call, arn, properties, previous)
    return describe(call, arn)
  },

  async delete(stateMachineArn) {
    await call('DeleteStateMachine', { stateMachineArn })
  },
})

const settings = (properties: Properties) =>
  present({
    definition: definitionOf(properties),
    roleArn: properties.RoleArn,
    loggingConfiguration: camelCase(properties.LoggingConfiguration),
    tracingConfiguration: tracingOf(properties.TracingConfiguration),
  })

/** A text, or an object; `${Name}` in it stands for what DefinitionSubstitutions gives. */
function definitionOf({ Definition, DefinitionString, DefinitionSubstitutions }: Properties): string {
  const text = DefinitionString === undefined ? JSON.stringify(Definition ?? {}) : String(DefinitionString)
  const substitutions = (DefinitionSubstitutions ?? {}) as Readonly<Record<string, unknown>>
  return text.replace(/\$\{([\w.]+)\}/g, (match, name: string) =>
    Object.hasOwn(substitutions, name) ? String(substitutions[name]) : match,
  )
}

const tracingOf = (value: unknown): object | undefined =>
  value === undefined ? undefined : { enabled: String((value as { Enabled?: unknown }).Enabled) === 'true' }

async function retag(
  call: CallStates,
  resourceArn: string,
  properties: Properties,
  previous: Properties,
): Promise<void> {
  const tags = (from: Properties) => (from.Tags ?? []) as readonly { readonly Key: string }[]
  const tagKeys = tags(previous).map(({ Key }) => Key)
  if (tagKeys.length > 0) await call('UntagResource', { resourceArn, tagKeys })
  await call('TagResource', { resourceArn, tags: camelCase(tags(properties)) })
}

async function describe(call: CallStates, arn: string): Promise<CreatedResource> {
  const { name, revisionId } = await call<DescribeStateMachineCommandOutput>('DescribeStateMachine', {
    stateMachineArn: arn,
  })
  return { ref: arn, attributes: { Arn: arn, Name: name, StateMachineRevisionId: revisionId ?? 'INITIAL' } }
}
