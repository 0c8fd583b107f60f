import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refusal } from '../sns/support.ts'
import { entry, startEventsCloud } from './support.ts'

describe('state machines as targets', () => {
  let on: Awaited<ReturnType<typeof startEventsCloud>>
  let sfn: SFNClient
  let machine: string
  beforeEach(async () => {
    on = await startEventsCloud()
    sfn = on.cloud.client(SFNClient)
    const { stateMachineArn = '' } = await sfn.send(
      new CreateStateMachineCommand({
        name: 'machine',
        roleArn: await role('machine', 'states.amazonaws.com', 'sqs:SendMessage'),
        definition: JSON.stringify({ StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } }),
      }),
    )
    machine = stateMachineArn
  })
  afterEach(() => on.stop())

  async function role(RoleName: string, Service: string, Action: string): Promise<string> {
    const iam = on.cloud.client(IAMClient)
    const document = (statement: object) => JSON.stringify({ Statement: [{ Effect: 'Allow', ...statement }] })
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: document({ Principal: { Service }, Action: 'sts:AssumeRole' }),
      }),
    )
    const PolicyDocument = document({ Action, Resource: '*' })
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }))
    return Role?.Arn ?? ''
  }

  const inputs = async (): Promise<unknown[]> => {
    await on.clock.settle()
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: machine }))
    return Promise.all(
      executions.map(async ({ executionArn }) => {
        const { input = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }))
        return JSON.parse(input)
      }),
    )
  }

  it('a rule starts one, by its role', async () => {
    const RoleArn = await role('rule', 'events.amazonaws.com', 'states:StartExecution')
    await on.rule({ source: ['shop.orders'] }, [{ Id: 'machine', Arn: machine, RoleArn, InputPath: '$.detail' }])
    await on.events.send(new PutEventsCommand({ Entries: [entry({ id: 1 })] }))
    expect(await inputs()).toEqual([{ id: 1 }])
  })

  it('a rule without a role is refused', async () => {
    const target = on.rule({ source: ['shop.orders'] }, [{ Id: 'machine', Arn: machine }])
    expect(await refusal(target)).toEqual({
      code: 'ValidationException',
      message: `RoleArn is required for target ${machine}.`,
    })
  })

  it('a role that may not start it sends the event to the dead-letter queue', async () => {
    const RoleArn = await role('rule', 'events.amazonaws.com', 'sqs:SendMessage')
    const letters = await on.queue('letters')
    const DeadLetterConfig = { Arn: letters.arn }
    await on.rule({ source: ['shop.orders'] }, [{ Id: 'machine', Arn: machine, RoleArn, DeadLetterConfig }])
    await on.events.send(new PutEventsCommand({ Entries: [entry({ id: 1 })] }))
    const [letter] = await on.received(letters.url)
    expect(letter?.MessageAttributes?.ERROR_CODE?.StringValue).toBe('NO_PERMISSIONS')
    expect(await inputs()).toEqual([])
  })

  it('a schedule starts one', async () => {
    const RoleArn = await role('schedule', 'scheduler.amazonaws.com', 'states:StartExecution')
    await on.cloud.client(SchedulerClient).send(
      new CreateScheduleCommand({
        ...{ Name: 'schedule', ScheduleExpression: 'at(2026-01-01T01:00:00)', FlexibleTimeWindow: { Mode: 'OFF' } },
        Target: { Arn: machine, RoleArn, Input: '{"by":"schedule"}' },
      }),
    )
    await on.clock.advance(3_600_000)
    expect(await inputs()).toEqual([{ by: 'schedule' }])
  })
})
