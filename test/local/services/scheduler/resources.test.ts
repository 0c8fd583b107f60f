import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Properties, ResourceContext } from '../../../../local/service.ts'
import { writeAssembly } from '../../assembly/support.ts'
import { startEventsCloud } from '../events/support.ts'

describe('AWS::Scheduler', () => {
  let on: Awaited<ReturnType<typeof startEventsCloud>>
  let scheduler: SchedulerClient
  beforeEach(async () => {
    on = await startEventsCloud()
    scheduler = on.cloud.client(SchedulerClient)
  })
  afterEach(() => on.stop())

  const deploy = async (Resources: object) =>
    (await on.cloud.deploy(writeAssembly({ shop: { template: { Resources } } })))[0]?.resources ?? []
  const type = (name: string) => on.cloud.context.service('scheduler').resources[name]
  const document = (statement: object) => ({ Statement: [{ Effect: 'Allow', ...statement }] })
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: document({
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
      Policies: [{ PolicyName: 'p', PolicyDocument: document({ Action: 'sqs:SendMessage', Resource: '*' }) }],
    },
  }

  it('deploys a group and a schedule whose target is sent to by its role', async () => {
    const queue = await on.queue('ticks', '')
    const resources = await deploy({
      Role: role,
      Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: {} },
      Schedule: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          ...{ GroupName: { Ref: 'Group' }, ScheduleExpression: 'rate(5 minutes)' },
          FlexibleTimeWindow: { Mode: 'OFF' },
          EndDate: '2026-01-01T00:30:00.000Z',
          Target: {
            ...{ Arn: queue.arn, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, Input: 'tick' },
            RetryPolicy: { MaximumRetryAttempts: '3' },
          },
        },
      },
    })
    const [group, schedule] = ['Group', 'Schedule'].map((id) => resources.find(({ logicalId }) => logicalId === id))
    expect(group?.attributes.Arn).toBe(`arn:aws:scheduler:us-east-1:000000000000:schedule-group/${group?.physicalId}`)
    expect(schedule?.attributes.Arn).toBe(
      `arn:aws:scheduler:us-east-1:000000000000:schedule/${group?.physicalId}/${schedule?.physicalId}`,
    )
    expect(
      await scheduler.send(new GetScheduleCommand({ Name: schedule?.physicalId, GroupName: group?.physicalId })),
    ).toMatchObject({ Target: { RetryPolicy: { MaximumRetryAttempts: 3 } }, EndDate: new Date('2026-01-01T00:30Z') })
    await on.clock.advance(3_600_000)
    expect(await on.bodies(queue.url)).toEqual(Array(6).fill('tick'))
  })

  it('changes a schedule in place, and takes it away', async () => {
    const iam = on.cloud.client(IAMClient)
    const { AssumeRolePolicyDocument, Policies } = role.Properties
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument) }),
    )
    const PolicyDocument = JSON.stringify(Policies[0]?.PolicyDocument)
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument }))
    const queue = await on.queue('ticks', '')
    const before: Properties = {
      ...{ Name: 'ticks', ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: { Arn: queue.arn, RoleArn: Role?.Arn },
    }
    const now = { ...before, ScheduleExpression: 'rate(10 minutes)' }
    const resource = {} as ResourceContext
    await type('AWS::Scheduler::Schedule')?.create(before, resource)
    expect(await type('AWS::Scheduler::Schedule')?.update?.('ticks', now, before, resource)).toMatchObject({
      ref: 'ticks',
    })
    await on.clock.advance(3_600_000)
    expect(await on.bodies(queue.url)).toHaveLength(6)
    const renamed = { ...now, Name: 'other' }
    expect(await type('AWS::Scheduler::Schedule')?.update?.('ticks', renamed, now, resource)).toBeUndefined()
    await type('AWS::Scheduler::Schedule')?.delete('ticks', now)
    expect((await scheduler.send(new ListSchedulesCommand({}))).Schedules).toEqual([])
  })
})
