import { readFileSync } from 'node:fs'
import type { CreateStateMachineCommandOutput, DescribeStateMachineCommandOutput } from '@aws-sdk/client-sfn'
import type { CreatedResource, Properties, ResourceContext, ResourceType } from '../../../service.ts'
import { type CallStates, camelCase, changed, present } from './call.ts'

export const stateMachineResource = (call: CallStates): ResourceType => ({
  properties: [
    ...[
      'StateMachineName',
      'StateMachineType',
      'RoleArn',
      'Definition',
      'DefinitionString',
      'DefinitionSubstitutions',
      'DefinitionS3Location',
    ],
    ...['LoggingConfiguration', 'TracingConfiguration', 'Tags'],
  ],
  noEffect: { EncryptionConfiguration: 'definitions and executions are kept in memory, unencrypted' },

  async create(properties, resource) {
    const { stateMachineArn } = await call<CreateStateMachineCommandOutput>('CreateStateMachine', {
      name: properties.StateMachineName ?? resource.physicalName(80),
      ...present({ type: properties.StateMachineType, tags: camelCase(properties.Tags) }),
      ...settings(properties, resource),
    })
    return describe(call, String(stateMachineArn))
  },

  async update(arn, properties, previous, resource) {
    if (changed('StateMachineName', properties, previous) || changed('StateMachineType', properties, previous))
      return undefined
    await call('UpdateStateMachine', { stateMachineArn: arn, ...settings(properties, resource) })
    if (changed('Tags', properties, previous)) await retag(call, arn, properties, previous)
    return describe(call, arn)
  },

  async delete(stateMachineArn) {
    await call('DeleteStateMachine', { stateMachineArn })
  },
})

const settings = (properties: Properties, resource: ResourceContext) =>
  present({
    definition: definitionOf(properties, resource),
    roleArn: properties.RoleArn,
    loggingConfiguration: camelCase(properties.LoggingConfiguration),
    tracingConfiguration: tracingOf(properties.TracingConfiguration),
  })

/** `${Name}` in the definition stands for what DefinitionSubstitutions gives. */
function definitionOf(properties: Properties, resource: ResourceContext): string {
  const substitutions = (properties.DefinitionSubstitutions ?? {}) as Readonly<Record<string, unknown>>
  return definitionText(properties, resource).replace(/\$\{([\w.]+)\}/g, (match, name: string) =>
    Object.hasOwn(substitutions, name) ? String(substitutions[name]) : match,
  )
}

/** A text, an object, or an asset's file. */
function definitionText(properties: Properties, resource: ResourceContext): string {
  const { Definition, DefinitionString, DefinitionS3Location } = properties
  if (DefinitionString !== undefined) return String(DefinitionString)
  if (DefinitionS3Location === undefined) return JSON.stringify(Definition ?? {})
  const { Bucket, Key } = DefinitionS3Location as { readonly Bucket: string; readonly Key: string }
  return readFileSync(resource.assetPath(Bucket, Key), 'utf8')
}

const tracingOf = (value: unknown): object | undefined =>
  value === undefined ? undefined : { enabled: String((value as { Enabled?: unknown }).Enabled) === 'true' }

export async function retag(
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
