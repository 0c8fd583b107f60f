import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateScheduleCommand, type CreateScheduleCommandInput, SchedulerClient } from '@aws-sdk/client-scheduler'
import type { CloudOptions } from '../../../../local/cloud.ts'
import { startEventsCloud } from '../events/support.ts'

/** A cloud with a role for schedules, and the few steps every test of them takes. */
export async function startSchedulerCloud(options: CloudOptions = {}) {
  const on = await startEventsCloud(options)
  const scheduler = on.cloud.client(SchedulerClient)
  const iam = on.cloud.client(IAMClient)
  const role = async (name: string, action = 'sqs:SendMessage', service = 'scheduler.amazonaws.com') => {
    const trust = { Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] }
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    )
    const may = { Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] }
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'may', PolicyDocument: JSON.stringify(may) }))
    return Role?.Arn ?? ''
  }
  const queue = (name: string) => on.queue(name, '')
  const roleArn = await role('scheduler')
  const schedule = (Name: string, Arn: string, more: Partial<CreateScheduleCommandInput> = {}) =>
    scheduler.send(
      new CreateScheduleCommand({
        Name,
        ScheduleExpression: 'rate(1 minute)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn, RoleArn: roleArn, Input: '{"tick":"<aws.scheduler.scheduled-time>"}' },
        ...more,
      }),
    )
  return { ...on, scheduler, role, roleArn, queue, schedule }
}
