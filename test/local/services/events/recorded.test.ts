import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  ListArchivesCommand,
  ListEventBusesCommand,
  ListReplaysCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemovePermissionCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refusal } from '../sns/support.ts'
import { startEventsCloud } from './support.ts'

const ACCOUNT = '000000000000'
const arn = (resource: string): string => `arn:aws:events:us-east-1:${ACCOUNT}:${resource}`
const EventPattern = '{"source":["shop"]}'

/** What AWS was recorded to answer in 2024. */
describe('as recorded', () => {
  let on: Awaited<ReturnType<typeof startEventsCloud>>
  beforeEach(async () => {
    on = await startEventsCloud()
  })
  afterEach(() => on.stop())
  const missing = (message: string) => ({ code: 'ResourceNotFoundException', message })
  const invalid = (message: string) => ({ code: 'ValidationException', message })
  const bus = (Name: string) => on.events.send(new CreateEventBusCommand({ Name }))
  const rule = (Name: string, EventBusName = 'default') =>
    on.events.send(new PutRuleCommand({ Name, EventBusName, EventPattern }))

  it('buses', async () => {
    await bus('shop')
    const Name = 'shop'
    const { $metadata: _, ...described } = await on.events.send(new DescribeEventBusCommand({ Name }))
    const expected = {
      Arn: arn('event-bus/shop'),
      Name,
      CreationTime: expect.any(Date),
      LastModifiedTime: expect.any(Date),
    }
    expect(described).toEqual(expected)
    expect((await on.events.send(new ListEventBusesCommand({ NamePrefix: 'sh' }))).EventBuses).toEqual([expected])
    expect(await refusal(bus('shop'))).toEqual({
      code: 'ResourceAlreadyExistsException',
      message: 'Event bus shop already exists.',
    })
    expect(await refusal(on.events.send(new DescribeEventBusCommand({ Name: 'none' })))).toEqual(
      missing('Event bus none does not exist.'),
    )
    await on.events.send(new DeleteEventBusCommand({ Name: 'none' }))
    expect(await refusal(on.events.send(new DeleteEventBusCommand({ Name: 'default' })))).toEqual(
      invalid('Cannot delete event bus default.'),
    )
  })

  it('pages', async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) await bus(`paged-${number}`)
    const list = (NextToken?: string) =>
      on.events.send(new ListEventBusesCommand({ NamePrefix: 'paged', Limit: 3, NextToken }))
    const first = await list()
    const second = await list(first.NextToken)
    expect([first, second].map(({ EventBuses }) => EventBuses?.map(({ Name }) => Name))).toEqual([
      ['paged-1', 'paged-2', 'paged-3'],
      ['paged-4', 'paged-5', 'paged-6'],
    ])
    expect(second.NextToken).toBeUndefined()
    await rule('rule')
    const Targets = [0, 1, 2, 3, 4].map((number) => ({ Id: `t${number}`, Arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:q` }))
    await on.events.send(new PutTargetsCommand({ Rule: 'rule', Targets }))
    const { NextToken, Targets: some } = await on.events.send(new ListTargetsByRuleCommand({ Rule: 'rule', Limit: 3 }))
    expect(some?.map(({ Id }) => Id)).toEqual(['t0', 't1', 't2'])
    expect((await on.events.send(new ListTargetsByRuleCommand({ Rule: 'rule', Limit: 3, NextToken }))).Targets).toEqual(
      Targets.slice(3),
    )
  })

  it('permissions', async () => {
    const put = (StatementId: string, Principal: string, EventBusName?: string) =>
      on.events.send(new PutPermissionCommand({ StatementId, Principal, Action: 'events:PutEvents', EventBusName }))
    await put('one', ACCOUNT)
    await put('all', '*')
    const policy = async () => JSON.parse((await on.events.send(new DescribeEventBusCommand({}))).Policy ?? 'null')
    const statement = { Effect: 'Allow', Action: 'events:PutEvents', Resource: arn('event-bus/default') }
    expect(await policy()).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'one', ...statement, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } },
        { Sid: 'all', ...statement, Principal: '*' },
      ],
    })
    expect(await refusal(put('one', ACCOUNT, 'none'))).toEqual(missing('Event bus none does not exist.'))
    const remove = (StatementId: string) => on.events.send(new RemovePermissionCommand({ StatementId }))
    expect(await refusal(remove('none'))).toEqual(missing('Statement with the provided id does not exist.'))
    await remove('one')
    await on.events.send(new RemovePermissionCommand({ RemoveAllPermissions: true }))
    expect(await policy()).toBeNull()
    expect(await refusal(remove('none'))).toEqual(missing('Statement with the provided id does not exist.'))
  })

  it('rules', async () => {
    await rule('rule')
    await rule('rule')
    const listed = { Arn: arn('rule/rule'), EventBusName: 'default', EventPattern, Name: 'rule', State: 'ENABLED' }
    expect((await on.events.send(new ListRulesCommand({ NamePrefix: 'ru' }))).Rules).toEqual([listed])
    await on.events.send(new DisableRuleCommand({ Name: 'rule' }))
    const { $metadata: _, ...described } = await on.events.send(new DescribeRuleCommand({ Name: 'rule' }))
    expect(described).toEqual({ ...listed, State: 'DISABLED', CreatedBy: ACCOUNT })
    expect(await refusal(on.events.send(new DescribeRuleCommand({ Name: 'none' })))).toEqual(
      missing('Rule none does not exist on EventBus default.'),
    )
    const { RuleArn } = await bus('shop').then(() => rule('rule', 'shop'))
    expect(RuleArn).toBe(arn('rule/shop/rule'))
  })

  it('targets', async () => {
    await rule('rule')
    const put = (...Ids: string[]) =>
      on.events.send(
        new PutTargetsCommand({
          Rule: 'rule',
          Targets: Ids.map((Id) => ({ Id, Arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:q` })),
        }),
      )
    const { $metadata: _, ...answer } = await put('one')
    expect(answer).toEqual({ FailedEntries: [], FailedEntryCount: 0 })
    expect(await refusal(put(...'abcdef'))).toEqual({
      code: 'LimitExceededException',
      message: 'The requested resource exceeds the maximum number allowed.',
    })
    const detected = (id: string, constraint: string) =>
      invalid(
        `1 validation error detected: Value '${id}' at 'targets.1.member.id' failed to satisfy constraint: ${constraint}`,
      )
    expect(await refusal(put('!@#$@!#$'))).toEqual(
      detected('!@#$@!#$', 'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+'),
    )
    expect(await refusal(put('a'.repeat(65)))).toEqual(
      detected('a'.repeat(65), 'Member must have length less than or equal to 64'),
    )
  })

  it('archives', async () => {
    const create = (ArchiveName: string, name = 'default') =>
      on.events.send(
        new CreateArchiveCommand({ ArchiveName, EventSourceArn: arn(`event-bus/${name}`), RetentionDays: 1 }),
      )
    const { $metadata: _, ...created } = await create('archive')
    expect(created).toEqual({ ArchiveArn: arn('archive/archive'), CreationTime: expect.any(Date), State: 'ENABLED' })
    const Detail = '{"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}}'
    const Source = 'core.update-account-command'
    const Entries = Array.from({ length: 10 }, () => ({ Source, DetailType: Source, Detail }))
    await on.events.send(new PutEventsCommand({ Entries }))
    expect((await on.events.send(new ListArchivesCommand({ NamePrefix: 'arch' }))).Archives).toEqual([
      {
        ...{ ArchiveName: 'archive', CreationTime: expect.any(Date), EventSourceArn: arn('event-bus/default') },
        ...{ EventCount: 10, SizeBytes: 1590, RetentionDays: 1, State: 'ENABLED' },
      },
    ])
    expect(await refusal(create('archive'))).toEqual({
      code: 'ResourceAlreadyExistsException',
      message: 'Archive archive already exists.',
    })
    expect(await refusal(create('other', 'none'))).toEqual(missing('Event bus none does not exist.'))
    const none = missing('Archive none does not exist.')
    expect(await refusal(on.events.send(new DescribeArchiveCommand({ ArchiveName: 'none' })))).toEqual(none)
    expect(await refusal(on.events.send(new DeleteArchiveCommand({ ArchiveName: 'none' })))).toEqual(none)
    expect(await refusal(on.events.send(new ListArchivesCommand({ EventSourceArn: arn('event-bus/none') })))).toEqual(
      missing('Event bus none does not exist.'),
    )
  })

  it('replays', async () => {
    const EventSourceArn = arn('archive/archive')
    await on.events.send(
      new CreateArchiveCommand({ ArchiveName: 'archive', EventSourceArn: arn('event-bus/default'), RetentionDays: 1 }),
    )
    await bus('shop')
    const EventStartTime = new Date(on.clock.now() - 60_000)
    const start = (more: object = {}) =>
      on.events.send(
        new StartReplayCommand({
          ...{ ReplayName: 'replay', EventSourceArn, EventStartTime, EventEndTime: new Date(on.clock.now()) },
          ...{ Destination: { Arn: arn('event-bus/default') }, ...more },
        }),
      )
    expect(await refusal(start({ Destination: { Arn: arn('event-bus/none') } }))).toEqual(
      missing('Event bus none does not exist.'),
    )
    expect(await refusal(start({ Destination: { Arn: arn('event-bus/shop') } }))).toEqual(
      invalid('Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.'),
    )
    expect(await refusal(start({ EventSourceArn: arn('archive/none') }))).toEqual(
      invalid('Parameter EventSourceArn is not valid. Reason: Archive none does not exist.'),
    )
    expect(await refusal(start({ EventEndTime: EventStartTime }))).toEqual(
      invalid('Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.'),
    )
    const { $metadata: _, ...started } = await start()
    expect(started).toEqual({ ReplayArn: arn('replay/replay'), ReplayStartTime: expect.any(Date), State: 'STARTING' })
    expect(await refusal(start())).toEqual({
      code: 'ResourceAlreadyExistsException',
      message: 'Replay replay already exists.',
    })
    await on.clock.advance(3_600_000)
    const times = { EventStartTime, EventEndTime: expect.any(Date), ReplayStartTime: expect.any(Date) }
    const listed = {
      EventSourceArn,
      ...times,
      ReplayEndTime: expect.any(Date),
      ReplayName: 'replay',
      State: 'COMPLETED',
    }
    expect((await on.events.send(new ListReplaysCommand({ NamePrefix: 're' }))).Replays).toEqual([listed])
    const { $metadata, ...described } = await on.events.send(new DescribeReplayCommand({ ReplayName: 'replay' }))
    expect(described).toEqual({
      ...listed,
      ...{ ReplayArn: arn('replay/replay'), Destination: { Arn: arn('event-bus/default') } },
    })
  })
})
