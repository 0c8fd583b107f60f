import type { CreateStateMachineAliasCommandOutput, PublishStateMachineVersionCommandOutput } from '@aws-sdk/client-sfn'
import { NotSimulated } from '../../../errors.ts'
import type { Properties, ResourceType } from '../../../service.ts'
import { type CallStates, camelCase, changed, present } from './call.ts'

export const versionResource = (call: CallStates): ResourceType => ({
  properties: ['StateMachineArn', 'StateMachineRevisionId', 'Description'],
  async create({ StateMachineArn, StateMachineRevisionId, Description }) {
    const { stateMachineVersionArn } = await call<PublishStateMachineVersionCommandOutput>(
      'PublishStateMachineVersion',
      {
        stateMachineArn: StateMachineArn,
        ...present({
          // The first revision has no id of its own in the API.
          revisionId: StateMachineRevisionId === 'INITIAL' ? undefined : StateMachineRevisionId,
          description: Description,
        }),
      },
    )
    return { ref: String(stateMachineVersionArn), attributes: { Arn: stateMachineVersionArn } }
  },
  // A version never changes: another revision is another version.
  async update(arn, properties, previous) {
    if (changed('StateMachineArn', properties, previous) || changed('StateMachineRevisionId', properties, previous))
      return undefined
    return { ref: arn, attributes: { Arn: arn } }
  },
  async delete(stateMachineVersionArn) {
    await call('DeleteStateMachineVersion', { stateMachineVersionArn })
  },
})

/** Gradual deployments (CANARY, LINEAR) shift traffic by alarms over time; here an alias moves at once. */
export const aliasResource = (call: CallStates): ResourceType => ({
  properties: ['Name', 'Description', 'RoutingConfiguration', 'DeploymentPreference'],
  async create(properties) {
    const { stateMachineAliasArn } = await call<CreateStateMachineAliasCommandOutput>('CreateStateMachineAlias', {
      name: properties.Name ?? 'live',
      ...settings(properties),
    })
    return { ref: String(stateMachineAliasArn), attributes: { Arn: stateMachineAliasArn } }
  },
  async update(arn, properties, previous) {
    if (changed('Name', properties, previous)) return undefined
    await call('UpdateStateMachineAlias', { stateMachineAliasArn: arn, ...settings(properties) })
    return { ref: arn, attributes: { Arn: arn } }
  },
  async delete(stateMachineAliasArn) {
    await call('DeleteStateMachineAlias', { stateMachineAliasArn })
  },
})

interface Deployment {
  readonly StateMachineVersionArn?: string
  readonly Type?: string
}

function settings({ Description, RoutingConfiguration, DeploymentPreference }: Properties): Record<string, unknown> {
  return present({
    description: Description,
    routingConfiguration: routingOf(RoutingConfiguration, DeploymentPreference as Deployment | undefined),
  })
}

function routingOf(routing: unknown, deployment: Deployment | undefined): unknown {
  if (deployment === undefined)
    return (camelCase(routing) as { weight?: unknown }[] | undefined)?.map((route) => ({
      ...route,
      weight: Number(route.weight),
    }))
  if (deployment.Type !== 'ALL_AT_ONCE')
    throw new NotSimulated(
      `gradual deployments of aliases (${deployment.Type})`,
      'Use DeploymentPreference.Type ALL_AT_ONCE.',
    )
  return [{ stateMachineVersionArn: deployment.StateMachineVersionArn, weight: 100 }]
}
