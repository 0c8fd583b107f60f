import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateStateMachineCommand,
  type CreateStateMachineCommandInput,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import type { CloudOptions } from '../../../../local/cloud.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'

/** What became of an execution. */
export interface Ran {
  readonly arn: string
  readonly status: string | undefined
  readonly output: unknown
  readonly error: string | undefined
  readonly cause: string | undefined
  readonly events: readonly HistoryEvent[]
  readonly types: readonly (string | undefined)[]
}

/** A cloud with a client for Step Functions, and the few steps that every test of state machines takes. */
export async function startStatesCloud(options: CloudOptions = {}) {
  const cloud = await startTestCloud(options)
  const sfn = cloud.client(SFNClient)
  return { cloud, sfn, clock: cloud.clock, stop: () => cloud.stop(), ...steps(cloud, sfn) }
}

export type StatesCloud = Awaited<ReturnType<typeof startStatesCloud>>

function steps(cloud: TestCloud, sfn: SFNClient) {
  let count = 0
  const role = (actions: readonly string[] = ['*'], name = `states-${++count}`, resource = '*') =>
    createStatesRole(cloud, name, actions, resource)
  const machine = async (definition: object, more: Partial<CreateStateMachineCommandInput> = {}): Promise<string> => {
    const { stateMachineArn = '' } = await sfn.send(
      new CreateStateMachineCommand({
        name: `machine-${++count}`,
        definition: JSON.stringify(definition),
        roleArn: more.roleArn ?? (await role()),
        ...more,
      }),
    )
    return stateMachineArn
  }
  const start = async (stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> => {
    const { executionArn = '' } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), ...(name ? { name } : {}) }),
    )
    return executionArn
  }
  const look = async (executionArn: string): Promise<Ran> => {
    await cloud.clock.settle()
    const { status, output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }))
    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))
    return {
      arn: executionArn,
      status,
      output: output === undefined ? undefined : JSON.parse(output),
      error,
      cause,
      events,
      types: events.map(({ type }) => type),
    }
  }
  const run = async (definition: object, input: unknown = {}): Promise<Ran> =>
    look(await start(await machine(definition), input))
  return { role, machine, start, look, run }
}

/** A role that Step Functions may assume, allowed the actions on the resource. */
export async function createStatesRole(
  cloud: TestCloud,
  name: string,
  actions: readonly string[],
  Resource: string,
): Promise<string> {
  const iam = cloud.client(IAMClient)
  const trust = { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: policy(trust) }))
  if (actions.length > 0)
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: 'allowed',
        PolicyDocument: policy({ Effect: 'Allow', Action: actions, Resource }),
      }),
    )
  return Role?.Arn ?? ''
}

const policy = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] })

/** A machine of one state. */
export const single = (state: object, more: object = {}) => ({ StartAt: 'S', States: { S: state }, ...more })

/** How a state failed, as AWS begins to tell it. */
export const at = (state: string, id: number): string =>
  `An error occurred while executing the state '${state}' (entered at the event id #${id}). `
