import {
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  ListEventBusesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Properties, ResourceContext } from '../../../../local/service.ts'
import { writeAssembly } from '../../assembly/support.ts'
import { entry, startEventsCloud } from './support.ts'

describe('AWS::Events', () => {
  let on: Awaited<ReturnType<typeof startEventsCloud>>
  beforeEach(async () => {
    on = await startEventsCloud()
  })
  afterEach(() => on.stop())

  const deploy = async (Resources: object, Outputs: object = {}) =>
    (await on.cloud.deploy(writeAssembly({ shop: { template: { Resources, Outputs } } })))[0]
  const type = (name: string) => on.cloud.context.service('events').resources[name]
  const update = async (name: string, id: string, now: Properties, before: Properties) =>
    type(name)?.update?.(id, now, before, {} as ResourceContext)

  it('deploys a bus with a rule, its queue, an archive and a policy, and events flow', async () => {
    const queue = await on.queue('orders')
    const stack = await deploy(
      {
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'shop', Description: 'Of the shop' } },
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            EventBusName: { Ref: 'Bus' },
            EventPattern: { source: ['shop.orders'], detail: { total: [{ numeric: ['>', 100] }] } },
            Targets: [
              {
                ...{ Id: 'queue', Arn: queue.arn, RetryPolicy: { MaximumRetryAttempts: '2' } },
                InputTransformer: {
                  InputPathsMap: { total: '$.detail.total' },
                  InputTemplate: '{"total": <total>}',
                },
              },
            ],
          },
        },
        Archive: {
          Type: 'AWS::Events::Archive',
          Properties: {
            SourceArn: { 'Fn::GetAtt': ['Bus', 'Arn'] },
            RetentionDays: '7',
            EventPattern: { source: ['a'] },
          },
        },
        Policy: {
          Type: 'AWS::Events::EventBusPolicy',
          Properties: {
            ...{ EventBusName: { Ref: 'Bus' }, StatementId: 'partner' },
            ...{ Action: 'events:PutEvents', Principal: '111111111111' },
          },
        },
      },
      {
        Bus: { Value: { Ref: 'Bus' } },
        Rule: { Value: { Ref: 'Rule' } },
        RuleArn: { Value: { 'Fn::GetAtt': ['Rule', 'Arn'] } },
        Archive: { Value: { Ref: 'Archive' } },
      },
    )
    const { Bus, Rule = '', RuleArn, Archive } = stack?.outputs ?? {}
    expect(Bus).toBe('shop')
    expect(Rule).toMatch(/^shop\|shop-Rule-[0-9A-Za-z]{12}$/)
    expect(RuleArn).toBe(`arn:aws:events:us-east-1:000000000000:rule/${Rule.replace('|', '/')}`)
    await on.events.send(
      new PutEventsCommand({
        Entries: [entry({ total: 50 }, { EventBusName: 'shop' }), entry({ total: 500 }, { EventBusName: 'shop' })],
      }),
    )
    expect(await on.bodies(queue.url)).toEqual(['{"total": 500}'])
    const [name = ''] = Rule.split('|').slice(1)
    const { Targets } = await on.events.send(new ListTargetsByRuleCommand({ Rule: name, EventBusName: 'shop' }))
    expect(Targets?.[0]?.RetryPolicy).toEqual({ MaximumRetryAttempts: 2 })
    expect(await on.events.send(new DescribeArchiveCommand({ ArchiveName: Archive }))).toMatchObject({
      RetentionDays: 7,
      EventPattern: '{"source":["a"]}',
    })
    const { Policy = '{}' } = await on.events.send(new DescribeEventBusCommand({ Name: 'shop' }))
    expect(JSON.parse(Policy).Statement).toEqual([
      {
        Sid: 'partner',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111111111111:root' },
        Action: 'events:PutEvents',
        Resource: 'arn:aws:events:us-east-1:000000000000:event-bus/shop',
      },
    ])
  })

  it('EventBridge 6: a suffix stays a scalar through a template, and a list is refused', async () => {
    const rule = (EventPattern: object) => ({ Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern } } })
    await expect(deploy(rule({ source: [{ suffix: ['.orders'] }] }))).rejects.toThrow('InvalidEventPattern')
    const stack = await deploy(rule({ source: [{ suffix: '.orders' }] }))
    const Name = stack?.resources[0]?.physicalId
    expect((await on.events.send(new DescribeRuleCommand({ Name }))).EventPattern).toBe(
      '{"source":[{"suffix":".orders"}]}',
    )
  })

  it('changes the targets of a rule to those of the template, and takes all away with it', async () => {
    const Arn = 'arn:aws:sqs:us-east-1:000000000000:orders'
    const before = { EventPattern: { source: ['a'] }, Targets: ['one', 'two'].map((Id) => ({ Id, Arn })) }
    const id =
      (await deploy({ Rule: { Type: 'AWS::Events::Rule', Properties: before } }))?.resources[0]?.physicalId ?? ''
    const now = {
      EventPattern: { source: ['b'] },
      State: 'DISABLED',
      Targets: ['two', 'three'].map((Id) => ({ Id, Arn })),
    }
    expect(await update('AWS::Events::Rule', id, now, before)).toMatchObject({ ref: id })
    const { Targets = [] } = await on.events.send(new ListTargetsByRuleCommand({ Rule: id }))
    expect(Targets.map(({ Id }) => Id).sort()).toEqual(['three', 'two'])
    expect(await on.events.send(new DescribeRuleCommand({ Name: id }))).toMatchObject({
      State: 'DISABLED',
      EventPattern: '{"source":["b"]}',
    })
    expect(await update('AWS::Events::Rule', id, { ...now, EventBusName: 'other' }, now)).toBeUndefined()
    await type('AWS::Events::Rule')?.delete(id, now)
    await expect(on.events.send(new DescribeRuleCommand({ Name: id }))).rejects.toThrow('does not exist')
  })

  it('takes a statement from the policy of a bus, and leaves the others', async () => {
    const policy = (StatementId: string) => ({ StatementId, Action: 'events:PutEvents', Principal: '111111111111' })
    for (const id of ['one', 'two'])
      await type('AWS::Events::EventBusPolicy')?.create(policy(id), {} as ResourceContext)
    await type('AWS::Events::EventBusPolicy')?.delete('default|one', policy('one'))
    const { Policy = '{}' } = await on.events.send(new DescribeEventBusCommand({}))
    expect(JSON.parse(Policy).Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['two'])
  })

  it('leaves no bus behind whose policy was refused', async () => {
    const Properties = { Name: 'shop', Policy: 'not a policy' }
    await expect(deploy({ Bus: { Type: 'AWS::Events::EventBus', Properties } })).rejects.toThrow('Stack shop: Bus')
    const { EventBuses = [] } = await on.events.send(new ListEventBusesCommand({}))
    expect(EventBuses.map(({ Name }) => Name)).toEqual(['default'])
  })
})
