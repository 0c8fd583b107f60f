import type {
  CreateStateMachineCommandInput,
  CreateStateMachineCommandOutput,
  DeleteStateMachineCommandInput,
  DescribeStateMachineCommandInput,
  DescribeStateMachineCommandOutput,
  ListStateMachinesCommandInput,
  ListStateMachinesCommandOutput,
  UpdateStateMachineCommandInput,
  UpdateStateMachineCommandOutput,
} from '@aws-sdk/client-sfn'
import { AwsError } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { validation } from '../errors.ts'
import { oneOf, required, satisfies } from '../model/constraints.ts'
import type { StateMachine } from '../model/machine.ts'
import type { StartTarget } from '../model/machines.ts'
import { checkName, parseMachineArn } from '../model/names.ts'
import { page } from '../model/pages.ts'
import { on, onAnything, type StatesParts } from '../parts.ts'
import { checkRole, describedDefinition, machineOf, passRole, refuseTracing } from './definition.ts'
import { checkEncryption } from './encryption.ts'
import { loggingOf } from './logging.ts'

export const machineActions = (parts: StatesParts): Readonly<Record<string, Action>> => ({
  CreateStateMachine: action<CreateStateMachineCommandInput, CreateStateMachineCommandOutput>({
    accepts: [
      ...(['name', 'definition', 'roleArn', 'type', 'loggingConfiguration', 'tags'] as const),
      ...(['publish', 'versionDescription', 'tracingConfiguration'] as const),
    ],
    noEffect: ['encryptionConfiguration'],
    access: ({ name, roleArn }) => [
      { action: 'states:CreateStateMachine', resource: parts.machines.arnOf(name ?? '') },
      ...passRole(roleArn),
    ],
    run: (input) => create(parts, input),
  }),

  UpdateStateMachine: action<UpdateStateMachineCommandInput, UpdateStateMachineCommandOutput>({
    accepts: [
      ...(['stateMachineArn', 'definition', 'roleArn', 'loggingConfiguration'] as const),
      ...(['publish', 'versionDescription', 'tracingConfiguration'] as const),
    ],
    noEffect: ['encryptionConfiguration'],
    access: (input) => [...on('UpdateStateMachine', 'stateMachineArn')(input), ...passRole(input.roleArn)],
    run: (input) => update(parts, input),
  }),

  DescribeStateMachine: action<DescribeStateMachineCommandInput, DescribeStateMachineCommandOutput>({
    accepts: ['stateMachineArn', 'includedData'],
    access: on('DescribeStateMachine', 'stateMachineArn'),
    run: ({ stateMachineArn, includedData }) => describe(parts.machines.target(stateMachineArn), includedData),
  }),

  ListStateMachines: action<ListStateMachinesCommandInput, ListStateMachinesCommandOutput>({
    accepts: ['maxResults', 'nextToken'],
    access: onAnything('ListStateMachines'),
    run(input) {
      const { items, ...rest } = page(parts.machines.list(), input)
      return {
        stateMachines: items.map(({ arn, name, type, created }) => ({
          stateMachineArn: arn,
          name,
          type,
          creationDate: new Date(created),
        })),
        ...rest,
      }
    },
  }),

  DeleteStateMachine: action<DeleteStateMachineCommandInput, object>({
    accepts: ['stateMachineArn'],
    access: on('DeleteStateMachine', 'stateMachineArn'),
    run({ stateMachineArn }) {
      const { arn } = parseMachineArn(stateMachineArn)
      const machine = parts.machines.find(arn)
      // Running executions go on until they end.
      if (machine) parts.machines.delete(machine)
      return {}
    },
  }),
})

async function create(
  parts: StatesParts,
  input: CreateStateMachineCommandInput,
): Promise<Omit<CreateStateMachineCommandOutput, '$metadata'>> {
  satisfies(
    required('definition', input.definition),
    required('roleArn', input.roleArn),
    oneOf('type', input.type, ['STANDARD', 'EXPRESS']),
  )
  const name = checkName(input.name)
  if (input.versionDescription !== undefined && !input.publish)
    throw validation('Version description can only be set when publish is true')
  refuseTracing(input.tracingConfiguration)
  checkEncryption(input.encryptionConfiguration)
  const type = input.type ?? 'STANDARD'
  const machine = await machineOf(parts.context, input.definition, type)
  const roleArn = checkRole(input.roleArn)
  const machineArn = parts.machines.arnOf(name)
  const created = parts.machines.create({
    name,
    type,
    definition: input.definition ?? '',
    machine,
    roleArn,
    logging: loggingOf(parts.context, input.loggingConfiguration, { machineArn, roleArn }),
    tags: new Map((input.tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
  })
  const version = input.publish ? parts.machines.publish(created, input.versionDescription) : undefined
  return {
    stateMachineArn: created.arn,
    creationDate: new Date(created.created),
    ...(version === undefined ? {} : { stateMachineVersionArn: version.arn }),
  }
}

async function update(
  parts: StatesParts,
  input: UpdateStateMachineCommandInput,
): Promise<Omit<UpdateStateMachineCommandOutput, '$metadata'>> {
  const machine = parts.machines.get(input.stateMachineArn)
  const { definition, roleArn, loggingConfiguration, tracingConfiguration } = input
  if ([definition, roleArn, loggingConfiguration, tracingConfiguration].every((given) => given === undefined))
    throw new AwsError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    )
  if (input.versionDescription !== undefined && !input.publish)
    throw validation('Version description can only be set when publish is true')
  refuseTracing(tracingConfiguration)
  checkEncryption(input.encryptionConfiguration)
  const logger = { machineArn: machine.arn, roleArn: checkRole(roleArn ?? machine.revision.roleArn) }
  parts.machines.update(machine, {
    ...(definition === undefined
      ? {}
      : { definition, machine: await machineOf(parts.context, definition, machine.type) }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(loggingConfiguration === undefined ? {} : { logging: loggingOf(parts.context, loggingConfiguration, logger) }),
  })
  const version = input.publish ? parts.machines.publish(machine, input.versionDescription) : undefined
  return {
    updateDate: new Date(machine.revision.updated),
    ...revisionOf(machine),
    ...(version === undefined ? {} : { stateMachineVersionArn: version.arn }),
  }
}

const revisionOf = ({ revision }: Pick<StateMachine, 'revision'>) =>
  revision.revisionId === undefined ? {} : { revisionId: revision.revisionId }

function describe(
  { machine, revision, versionArn }: StartTarget,
  includedData: string | undefined,
): Omit<DescribeStateMachineCommandOutput, '$metadata'> {
  const version = [...machine.versions.values()].find(({ arn }) => arn === versionArn)
  return {
    stateMachineArn: versionArn ?? machine.arn,
    name: machine.name,
    status: 'ACTIVE',
    roleArn: revision.roleArn,
    type: machine.type,
    creationDate: new Date(version?.created ?? machine.created),
    loggingConfiguration: revision.logging,
    tracingConfiguration: { enabled: false },
    ...describedDefinition(revision, includedData),
    ...revisionOf({ revision }),
    ...(version?.description === undefined ? {} : { description: version.description }),
  }
}
