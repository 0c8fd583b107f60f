import type {
  CreateStateMachineAliasCommandInput,
  CreateStateMachineAliasCommandOutput,
  DeleteStateMachineAliasCommandInput,
  DescribeStateMachineAliasCommandInput,
  DescribeStateMachineAliasCommandOutput,
  ListStateMachineAliasesCommandInput,
  ListStateMachineAliasesCommandOutput,
  RoutingConfigurationListItem,
  UpdateStateMachineAliasCommandInput,
  UpdateStateMachineAliasCommandOutput,
} from '@aws-sdk/client-sfn'
import { type Action, action } from '../../../service.ts'
import { conflict, resourceNotFound, validation } from '../errors.ts'
import type { MachineAlias, StateMachine } from '../model/machine.ts'
import { parseMachineArn } from '../model/names.ts'
import { page } from '../model/pages.ts'
import { checkAliasName, checkRouting } from '../model/routing.ts'
import { on, type StatesParts } from '../parts.ts'

export const aliasActions = (parts: StatesParts): Readonly<Record<string, Action>> => ({
  CreateStateMachineAlias: action<CreateStateMachineAliasCommandInput, CreateStateMachineAliasCommandOutput>({
    accepts: ['name', 'description', 'routingConfiguration'],
    access: ({ name, routingConfiguration }) => [
      {
        action: 'states:CreateStateMachineAlias',
        resource: `${baseOf(routingConfiguration) ?? '*'}:${name ?? ''}`,
      },
    ],
    run(input) {
      const alias = create(parts, input)
      return { stateMachineAliasArn: alias.arn, creationDate: new Date(alias.created) }
    },
  }),

  UpdateStateMachineAlias: action<UpdateStateMachineAliasCommandInput, UpdateStateMachineAliasCommandOutput>({
    accepts: ['stateMachineAliasArn', 'description', 'routingConfiguration'],
    access: on('UpdateStateMachineAlias', 'stateMachineAliasArn'),
    run({ stateMachineAliasArn, description, routingConfiguration }) {
      const { machine, alias } = find(parts, stateMachineAliasArn, 'Request references a resource that does not exist.')
      if (description === undefined && routingConfiguration === undefined)
        throw validation('Either the description or the routingConfiguration must be specified')
      if (routingConfiguration !== undefined) alias.routing = checkRouting(machine, routingConfiguration)
      if (description !== undefined) alias.description = description
      alias.updated = parts.context.kernel.clock.now()
      return { updateDate: new Date(alias.updated) }
    },
  }),

  DescribeStateMachineAlias: action<DescribeStateMachineAliasCommandInput, DescribeStateMachineAliasCommandOutput>({
    accepts: ['stateMachineAliasArn'],
    access: on('DescribeStateMachineAlias', 'stateMachineAliasArn'),
    run({ stateMachineAliasArn }) {
      const { alias } = find(parts, stateMachineAliasArn)
      return {
        stateMachineAliasArn: alias.arn,
        name: alias.name,
        ...(alias.description === undefined ? {} : { description: alias.description }),
        routingConfiguration: routingOf(alias),
        creationDate: new Date(alias.created),
        updateDate: new Date(alias.updated),
      }
    },
  }),

  ListStateMachineAliases: action<ListStateMachineAliasesCommandInput, ListStateMachineAliasesCommandOutput>({
    accepts: ['stateMachineArn', 'maxResults', 'nextToken'],
    access: on('ListStateMachineAliases', 'stateMachineArn'),
    run({ stateMachineArn, ...paging }) {
      const { machine, versionArn } = parts.machines.target(stateMachineArn)
      const aliases = [...machine.aliases.values()].filter(
        ({ routing }) => versionArn === undefined || routing.some((route) => route.versionArn === versionArn),
      )
      const { items, ...rest } = page(aliases, paging)
      return {
        stateMachineAliases: items.map(({ arn, created }) => ({
          stateMachineAliasArn: arn,
          creationDate: new Date(created),
        })),
        ...rest,
      }
    },
  }),

  DeleteStateMachineAlias: action<DeleteStateMachineAliasCommandInput, object>({
    accepts: ['stateMachineAliasArn'],
    access: on('DeleteStateMachineAlias', 'stateMachineAliasArn'),
    run({ stateMachineAliasArn }) {
      // As with versions and state machines, it is enough that none is left (recorded by LocalStack, March 2025).
      const { arn, qualifier } = parseMachineArn(stateMachineAliasArn)
      parts.machines.find(arn)?.aliases.delete(qualifier ?? '')
      return {}
    },
  }),
})

const baseOf = (routing: readonly RoutingConfigurationListItem[] | undefined): string | undefined =>
  routing?.[0]?.stateMachineVersionArn?.replace(/:\d+$/, '')

function create(parts: StatesParts, input: CreateStateMachineAliasCommandInput): MachineAlias {
  const name = checkAliasName(input.name)
  const machine = parts.machines.get(baseOf(input.routingConfiguration))
  const routing = checkRouting(machine, input.routingConfiguration)
  const existing = machine.aliases.get(name)
  if (existing) {
    if (existing.description === input.description && JSON.stringify(existing.routing) === JSON.stringify(routing))
      return existing
    throw conflict(
      'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
    )
  }
  const now = parts.context.kernel.clock.now()
  const alias = {
    name,
    arn: `${machine.arn}:${name}`,
    description: input.description,
    routing,
    created: now,
    updated: now,
  }
  machine.aliases.set(name, alias)
  return alias
}

function find(
  { machines }: StatesParts,
  arn: string | undefined,
  otherwise?: string,
): { machine: StateMachine; alias: MachineAlias } {
  const { arn: base, qualifier } = parseMachineArn(arn)
  const machine = machines.find(base)
  const alias = machine?.aliases.get(qualifier ?? '')
  if (!machine || !alias) throw resourceNotFound(arn ?? '', otherwise)
  return { machine, alias }
}

const routingOf = ({ routing }: MachineAlias): RoutingConfigurationListItem[] =>
  routing.map(({ versionArn, weight }) => ({ stateMachineVersionArn: versionArn, weight }))
