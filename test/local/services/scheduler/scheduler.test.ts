import {
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { DeleteQueueCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refusal } from '../sns/support.ts'
import { startSchedulerCloud } from './support.ts'

const HOUR = 3_600_000

describe('Scheduler', () => {
  let on: Awaited<ReturnType<typeof startSchedulerCloud>>
  beforeEach(async () => {
    on = await startSchedulerCloud()
  })
  afterEach(() => on.stop())

  it('EventBridge 16: a rate fires once per due instant: 60 times in an hour', async () => {
    const queue = await on.queue('ticks')
    await on.schedule('ticks', queue.arn)
    await on.clock.advance(HOUR)
    expect(await on.bodies(queue.url)).toHaveLength(60)
  })

  it('EventBridge 16: acts by its role, and what the role may not do goes to no queue', async () => {
    const queue = await on.queue('ticks')
    const RoleArn = await on.role('powerless', 'sqs:ReceiveMessage')
    await on.schedule('ticks', queue.arn, { Target: { Arn: queue.arn, RoleArn } })
    await on.clock.advance(HOUR)
    expect(await on.bodies(queue.url)).toEqual([])
  })

  it('refuses a role that the service may not assume', async () => {
    const queue = await on.queue('ticks')
    const RoleArn = await on.role('foreign', 'sqs:SendMessage', 'events.amazonaws.com')
    expect(await refusal(on.schedule('ticks', queue.arn, { Target: { Arn: queue.arn, RoleArn } }))).toEqual({
      code: 'ValidationException',
      message: 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    })
  })

  it('EventBridge 16: a one-time schedule fires at its instant in its time zone and is deleted where asked', async () => {
    const queue = await on.queue('once')
    await on.schedule('once', queue.arn, {
      ScheduleExpression: 'at(2026-01-02T00:30:00)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      ActionAfterCompletion: 'DELETE',
    })
    await on.clock.advance(24 * HOUR)
    expect(await on.bodies(queue.url)).toEqual(['{"tick":"2026-01-01T23:30:00Z"}'])
    expect(await refusal(on.scheduler.send(new GetScheduleCommand({ Name: 'once' })))).toEqual({
      code: 'ResourceNotFoundException',
      message: 'Schedule once does not exist.',
    })
  })

  it('EventBridge 16: in spring a time that the clocks skip is skipped, in autumn one that comes twice counts once', async () => {
    const queue = await on.queue('days')
    await on.schedule('days', queue.arn, {
      ScheduleExpression: 'cron(30 2 ? * SUN *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      StartDate: new Date('2026-03-20T00:00:00Z'),
      EndDate: new Date('2026-04-06T00:00:00Z'),
    })
    await on.schedule('autumn', queue.arn, {
      ScheduleExpression: 'cron(30 2 25 OCT ? 2026)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    })
    await on.clock.runUntil(Date.parse('2026-11-01T00:00:00Z'))
    const days = on.cloud.kernel.journal
      .entries(({ kind }) => kind === 'deliver')
      .map(({ at }) => new Date(at).toISOString())
    expect(days).toEqual(['2026-03-22T01:30:00.000Z', '2026-04-05T00:30:00.000Z', '2026-10-25T00:30:00.000Z'])
  })

  it('EventBridge 16: fires within the flexible window, not before and not after', async () => {
    const queue = await on.queue('ticks')
    await on.schedule('ticks', queue.arn, {
      ScheduleExpression: 'cron(0 12 * * ? *)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 },
    })
    await on.clock.advance(24 * HOUR)
    const [message] = await on.received(queue.url)
    const sent = Number(message?.Attributes?.SentTimestamp) - Date.parse('2026-01-01T12:00:00Z')
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(30 * 60_000)
  })

  it('EventBridge 16: what cannot be delivered goes to the dead-letter queue, with the reason', async () => {
    const queue = await on.queue('gone')
    const letters = await on.queue('letters')
    await on.schedule('once', queue.arn, {
      ScheduleExpression: 'at(2026-01-01T01:00:00)',
      Target: { Arn: queue.arn, RoleArn: on.roleArn, Input: '{"a":1}', DeadLetterConfig: { Arn: letters.arn } },
    })
    await on.sqs.send(new DeleteQueueCommand({ QueueUrl: queue.url }))
    await on.clock.advance(2 * HOUR)
    const [letter] = await on.received(letters.url)
    expect(letter?.Body).toBe('{"a":1}')
    expect(
      Object.fromEntries(
        Object.entries(letter?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
      ),
    ).toMatchObject({
      ERROR_CODE: 'NO_RESOURCE',
      RETRY_ATTEMPTS: '0',
      SCHEDULE_ARN: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/once',
      SCHEDULED_TIME: '2026-01-01T01:00:00Z',
      TARGET_ARN: queue.arn,
    })
  })

  it('stops when disabled or deleted, and follows an update', async () => {
    const queue = await on.queue('ticks')
    await on.schedule('ticks', queue.arn)
    await on.scheduler.send(
      new UpdateScheduleCommand({
        Name: 'ticks',
        ScheduleExpression: 'rate(30 minutes)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: queue.arn, RoleArn: on.roleArn, Input: '{}' },
      }),
    )
    await on.clock.advance(HOUR)
    expect(await on.bodies(queue.url)).toHaveLength(2)
    await on.scheduler.send(new DeleteScheduleCommand({ Name: 'ticks' }))
    await on.clock.advance(HOUR)
    expect(await on.bodies(queue.url)).toEqual([])
  })

  it('tells a schedule with its defaults', async () => {
    const queue = await on.queue('ticks')
    await on.schedule('ticks', queue.arn)
    expect(await on.scheduler.send(new GetScheduleCommand({ Name: 'ticks' }))).toMatchObject({
      Arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/ticks',
      GroupName: 'default',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      ScheduleExpressionTimezone: 'UTC',
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    })
  })

  it.each([
    ...[
      'cron(0 1 * * * *)',
      'cron(7 20 * * NOT *)',
      'cron(INVALID)',
      'cron(0 dummy ? * MON-FRI *)',
      'cron(71 8 1 * ? *)',
    ],
    ...['cron()', 'rate(10 seconds)', 'rate(10 years)', 'rate()', 'rate(10)', 'rate(10 minutess)', 'rate(foo minutes)'],
    ...['rate(-10 minutes)', 'rate( 10 minutes )', ' rate(10 minutes)', 'at(2021-12-31T23:59:59Z)', 'at(2021-12-31)'],
    ...['at(2027-02-29T00:00:00)', 'at(2027-13-01T00:00:00)', 'at(2027-01-01T24:00:00)'],
  ])('refuses the expression %s', async (ScheduleExpression) => {
    expect(await refusal(on.schedule('bad', 'arn:aws:sqs:us-east-1:000000000000:q', { ScheduleExpression }))).toEqual({
      code: 'ValidationException',
      message: `Invalid Schedule Expression ${ScheduleExpression}.`,
    })
  })

  it('takes the words of an expression in capitals, a rate without its blank, a cron without its year', async () => {
    const Arn = 'arn:aws:sqs:us-east-1:000000000000:q'
    for (const [index, ScheduleExpression] of [
      ...['RATE(5 Minutes)', 'rate(1minute)', 'rate(1 minutes)', 'AT(2027-01-01T00:00)', 'cron(0 3 * * ?)'],
      ...['Cron(0-15/1 8-8 ? * 2,3,4 *)', 'cron(0 0 1W * ? *)', 'cron(0 0 ? * 3L *)'],
    ].entries())
      await on.schedule(`fine-${index}`, Arn, { ScheduleExpression })
  })

  const queueArn = 'arn:aws:sqs:us-east-1:000000000000:q'
  const role = 'arn:aws:iam::000000000000:role/scheduler'
  const target = (Target: object) => ({ Target: { Arn: queueArn, RoleArn: role, ...Target } })
  it.each<[string, object, string]>([
    [
      'a window without its length',
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
      'MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE.',
    ],
    [
      'a length of no window',
      { FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 5 } },
      'MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.',
    ],
    [
      'an end before the start',
      { StartDate: new Date('2026-02-02'), EndDate: new Date('2026-02-01') },
      'The StartDate you specify must come before the EndDate.',
    ],
    [
      'a start in the past',
      { StartDate: new Date('2025-12-31T23:54:59Z') },
      'The StartDate you specify cannot be earlier than 5 minutes ago.',
    ],
    [
      'a FIFO queue without a group',
      target({ Arn: `${queueArn}.fifo` }),
      'Parameters SqsParameters must be specified for the target.',
    ],
    [
      'a group of a standard queue',
      target({ SqsParameters: { MessageGroupId: 'g' } }),
      'Parameters MessageGroupId not valid for the target.',
    ],
    [
      "another service's parameters",
      target({ KinesisParameters: { PartitionKey: 'k' } }),
      'Parameters KinesisParameters not supported for the target.',
    ],
    [
      "another region's target",
      target({ Arn: 'arn:aws:sqs:eu-west-1:000000000000:q' }),
      'The target ARN provided does not match the current region us-east-1.',
    ],
    [
      'a service without a template',
      target({ Arn: 'arn:aws:s3:::bucket' }),
      's3 is not a supported service for a target.',
    ],
    [
      'text for a state machine',
      target({ Arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:m', Input: 'text' }),
      'JSON syntax error in input for the target.',
    ],
    [
      'a call without parameters',
      target({ Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage' }),
      'You must provide an input to set this target for your schedule.',
    ],
    [
      'a call that reads',
      target({ Arn: 'arn:aws:scheduler:::aws-sdk:sqs:getQueueUrl', Input: '{}' }),
      'getQueueUrl API is not supported.',
    ],
    [
      'a FIFO queue for dead letters',
      target({ DeadLetterConfig: { Arn: `${queueArn}.fifo` } }),
      `1 validation error detected: Value '${queueArn}.fifo' at 'target.deadLetterConfig.arn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:aws[a-z-]*:sqs:[a-z0-9\\-]+:\\d{12}:[a-zA-Z0-9\\-_]+`,
    ],
  ])('refuses %s in the words of AWS', async (_what, more, message) => {
    expect(await refusal(on.schedule('bad', queueArn, more))).toEqual({ code: 'ValidationException', message })
  })

  it('refuses names that no schedule has, whatever is asked', async () => {
    const Name = `${'a'.repeat(64)}/`
    const message = `2 validation errors detected: Value '${Name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9a-zA-Z-_.]+; Value '${Name}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 64`
    for (const call of [
      () => on.schedule(Name, queueArn, {}),
      () => on.scheduler.send(new GetScheduleCommand({ Name })),
      () => on.scheduler.send(new DeleteScheduleCommand({ Name })),
      () => on.scheduler.send(new GetScheduleGroupCommand({ Name })),
      () => on.scheduler.send(new DeleteScheduleGroupCommand({ Name })),
    ])
      expect(await refusal(call())).toEqual({ code: 'ValidationException', message })
    for (const list of [
      new ListSchedulesCommand({ NamePrefix: 'a b' }),
      new ListScheduleGroupsCommand({ NamePrefix: 'a b' }),
    ])
      expect((await refusal(on.scheduler.send(list as ListSchedulesCommand))).message).toBe(
        "1 validation error detected: Value 'a b' at 'namePrefix' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9a-zA-Z-_.]+",
      )
    expect((await refusal(on.scheduler.send(new ListSchedulesCommand({ MaxResults: 101 })))).message).toBe(
      "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
    )
  })

  it('knows the repetition of a request by its client token', async () => {
    const create = (ClientToken: string, ScheduleExpression = 'rate(1 minute)') =>
      on.schedule('once', queueArn, { ClientToken, ScheduleExpression })
    expect((await create('one')).ScheduleArn).toBe((await create('one')).ScheduleArn)
    const taken = { code: 'ConflictException', message: 'Schedule once already exists.' }
    expect(await refusal(create('two'))).toEqual(taken)
    expect(await refusal(create('one', 'rate(2 minutes)'))).toEqual(taken)
    const group = (ClientToken: string) =>
      on.scheduler.send(new CreateScheduleGroupCommand({ Name: 'group', ClientToken }))
    await group('one')
    await group('one')
    expect((await refusal(group('two'))).code).toBe('ConflictException')
  })

  it('leaves the default group as it is', async () => {
    const Name = 'default'
    for (const call of [new CreateScheduleGroupCommand({ Name }), new DeleteScheduleGroupCommand({ Name })])
      expect(await refusal(on.scheduler.send(call as CreateScheduleGroupCommand))).toEqual({
        code: 'ValidationException',
        message: 'This operation cannot be performed on schedule group default.',
      })
  })
})
