import type { RoutingConfigurationListItem } from '@aws-sdk/client-sfn'
import { validation } from '../errors.ts'
import { atMost, between, required, satisfies, violation } from './constraints.ts'
import type { MachineAlias, StateMachine } from './machine.ts'

const aliasName = /^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+$/

/** @throws AwsError ValidationException */
export function checkAliasName(name: string | undefined): string {
  const pattern =
    name !== undefined && !aliasName.test(name)
      ? violation('name', name, 'satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$')
      : undefined
  satisfies(
    required('name', name),
    atMost('name', name, 80),
    name !== undefined && name.length <= 80 ? pattern : undefined,
  )
  return name ?? ''
}

/** One or two versions whose weights make 100. @throws AwsError ValidationException */
export function checkRouting(
  machine: StateMachine,
  routing: readonly RoutingConfigurationListItem[] | undefined,
): MachineAlias['routing'] {
  const routes = (routing ?? []).map(({ stateMachineVersionArn, weight }) => ({
    versionArn: stateMachineVersionArn ?? '',
    weight: weight ?? 0,
  }))
  satisfies(
    routes.length > 2
      ? violation('routingConfiguration', shown(routes), 'have length less than or equal to 2')
      : undefined,
    ...routes.map(({ weight }, index) => between(`routingConfiguration.${index + 1}.member.weight`, weight, 0, 100)),
  )
  const arns = routes.map(({ versionArn }) => versionArn)
  const list = `[${arns.join(', ')}]`
  if (arns.some((arn) => ![...machine.versions.values()].some((version) => version.arn === arn)))
    throw validation(`Routing configuration must contain state machine version ARNs. Received: ${list}`)
  if (new Set(arns).size < arns.length)
    throw validation(`Routing configuration must contain distinct state machine version ARNs. Received: ${list}`)
  const weights = routes.map(({ weight }) => weight)
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100)
    throw validation(`Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`)
  return routes
}

const shown = (routes: MachineAlias['routing']): string =>
  `[${routes.map(({ versionArn, weight }) => `RoutingConfigurationListItem(stateMachineVersionArn=${versionArn}, weight=${weight})`).join(', ')}]`
