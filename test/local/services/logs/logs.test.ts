import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteMetricFilterCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeMetricFiltersCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResourceContext, ResourceType } from '../../../../local/service.ts'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { writing } from './support.ts'

let cloud: TestCloud
let logs: CloudWatchLogsClient
beforeAll(async () => {
  cloud = await startTestCloud()
  logs = cloud.client(CloudWatchLogsClient)
})
afterAll(() => cloud.stop())
const { createGroup, put, sumOf } = writing(() => cloud)

const DAY = 86_400_000

const filter = async (logGroupName: string, more: Partial<FilterLogEventsCommandInput> = {}) =>
  ((await logs.send(new FilterLogEventsCommand({ logGroupName, ...more }))).events ?? []).map(({ message }) => message)

describe('groups and streams', () => {
  it('creates, describes and deletes them, with the errors of AWS', async () => {
    await createGroup('/app/one', 's1', 's2')
    await expect(createGroup('/app/one')).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    })
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/app/' }))
    expect(logGroups).toMatchObject([
      {
        logGroupName: '/app/one',
        arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/app/one:*',
        logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/app/one',
        creationTime: cloud.clock.now(),
      },
    ])
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName: '/app/one', descending: true }),
    )
    expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['s2', 's1'])
    await logs.send(new DeleteLogGroupCommand({ logGroupName: '/app/one' }))
    await expect(filter('/app/one')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    })
    const both = new DescribeLogGroupsCommand({ logGroupNamePrefix: 'a', logGroupNamePattern: 'b' })
    await expect(logs.send(both)).rejects.toThrow(
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    )
    const twice = new DescribeLogStreamsCommand({ logGroupName: 'a', logGroupIdentifier: 'a' })
    await expect(logs.send(twice)).rejects.toMatchObject({ name: 'ValidationException' })
    await expect(createGroup('a b')).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })

  it('identifies a group by name or by its own ARN, not by the one for policies', async () => {
    await createGroup('/by/arn', 's')
    const [group] = (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/by/arn' }))).logGroups ?? []
    const streamsOf = (logGroupIdentifier: string | undefined) =>
      logs.send(new DescribeLogStreamsCommand({ logGroupIdentifier }))
    expect((await streamsOf(group?.logGroupArn)).logStreams).toHaveLength(1)
    expect((await streamsOf('/by/arn')).logStreams).toHaveLength(1)
    await expect(streamsOf(group?.arn)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message:
        "1 validation error detected: Value at 'logGroupIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*",
    })
  })
})

describe('what AWS refuses or leaves out (recorded by LocalStack, February 2026)', () => {
  const long = 'X'.repeat(513)
  const refused = (command: object) =>
    logs.send(command as CreateLogGroupCommand).then(
      () => 'accepted',
      ({ name, message }: Error) => `${name}: ${message}`,
    )
  const tooLong = (member: string, value: string, most: number) =>
    `InvalidParameterException: 1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}`
  const longName =
    'InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512.'

  it('names too long, in words of their own for groups and streams', async () => {
    await createGroup('/long')
    expect(await refused(new CreateLogGroupCommand({ logGroupName: long }))).toBe(longName)
    expect(await refused(new CreateLogStreamCommand({ logGroupName: '/long', logStreamName: long }))).toBe(longName)
    expect(await refused(new DeleteMetricFilterCommand({ logGroupName: long, filterName: 'f' }))).toBe(longName)
    expect(await refused(new DeleteMetricFilterCommand({ logGroupName: '/long', filterName: long }))).toBe(
      tooLong('filterName', long, 512),
    )
    expect(await refused(new DescribeMetricFiltersCommand({ filterNamePrefix: long }))).toBe(
      tooLong('filterNamePrefix', long, 512),
    )
    const transformation = { metricName: 'm', metricNamespace: 'n', metricValue: '1' }
    const filterOf = { logGroupName: '/long', filterName: 'f', filterPattern: '' }
    expect(
      await refused(
        new PutMetricFilterCommand({ ...filterOf, metricTransformations: [transformation, transformation] }),
      ),
    ).toContain('metricValue=1, defaultValue=null, unit=null, dimensions=null)]')
  })

  it('names that break a pattern, empty lists and pages too large, as the front end words them', async () => {
    await createGroup('/worded', 's')
    const of = { logGroupName: '/worded', logStreamName: 's' }
    const failed = 'failed to satisfy constraint: Member must'
    expect(await refused(new CreateLogGroupCommand({ logGroupName: 'a:b' }))).toContain(
      `Value 'a:b' at 'logGroupName' ${failed} satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
    )
    expect(await refused(new CreateLogStreamCommand({ ...of, logStreamName: 'a:b' }))).toContain(
      `Value 'a:b' at 'logStreamName' ${failed} satisfy regular expression pattern: [^:*]*`,
    )
    expect(await refused(new PutLogEventsCommand({ ...of, logEvents: [] }))).toContain(
      `Value '[]' at 'logEvents' ${failed} have length greater than or equal to 1`,
    )
    expect(await refused(new DescribeLogGroupsCommand({ limit: 51 }))).toContain(
      `Value '51' at 'limit' ${failed} have value less than or equal to 50`,
    )
    const metricTransformations = [
      {
        metricName: 'm',
        metricNamespace: 'n',
        metricValue: '1',
        dimensions: { a: '$.a', b: '$.b', c: '$.c', d: '$.d' },
      },
    ]
    const put = { logGroupName: '/worded', filterName: 'f', metricTransformations }
    expect(await refused(new PutMetricFilterCommand({ ...put, filterPattern: '' }))).toContain('at most 3 dimensions')
    const bad = { ...put, metricTransformations: [{ metricName: 'm', metricNamespace: 'n', metricValue: '1' }] }
    expect(await refused(new PutMetricFilterCommand({ ...bad, filterPattern: '{ $.a = }' }))).toBe(
      'InvalidParameterException: Invalid metric filter pattern',
    )
  })

  it('an event at the end of a search is in it, at the end of a reading it is not', async () => {
    await createGroup('/ends', 's')
    const of = { logGroupName: '/ends', logStreamName: 's' }
    const now = cloud.clock.now()
    await logs.send(new PutLogEventsCommand({ ...of, logEvents: [{ timestamp: now, message: 'last' }] }))
    const found = await logs.send(new FilterLogEventsCommand({ logGroupName: '/ends', endTime: now }))
    expect(found.events).toHaveLength(1)
    const read = await logs.send(new GetLogEventsCommand({ ...of, endTime: now }))
    expect(read.events).toHaveLength(0)
  })

  it('limits and tokens that are none', async () => {
    await createGroup('/limits', 's')
    const of = { logGroupName: '/limits', logStreamName: 's' }
    const limit =
      "InvalidParameterException: 1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000"
    expect(await refused(new GetLogEventsCommand({ ...of, limit: 10_001 }))).toBe(limit)
    expect(await refused(new FilterLogEventsCommand({ logGroupName: '/limits', limit: 10_001 }))).toBe(limit)
    expect(await refused(new FilterLogEventsCommand({ logGroupName: '/limits', nextToken: 'none' }))).toBe(
      'InvalidParameterException: The specified nextToken is invalid.',
    )
  })

  it('the size of groups that are searched by pattern', async () => {
    await createGroup('/searched')
    const found = async (how: object) => (await logs.send(new DescribeLogGroupsCommand(how))).logGroups?.[0]
    expect(await found({ logGroupNamePrefix: '/searched' })).toMatchObject({
      storedBytes: 0,
      deletionProtectionEnabled: false,
    })
    expect(await found({ logGroupNamePattern: 'searched' })).not.toHaveProperty('storedBytes')
  })
})

describe('events', () => {
  it('reads a stream from its head, from its tail, and by tokens both ways', async () => {
    await createGroup('/read', 's')
    await put('/read', 's', ...[0, 1, 2, 3, 4].map((after): [number, string] => [after, `m${after}`]))
    const get = async (more: object) => {
      const answer = await logs.send(new GetLogEventsCommand({ logGroupName: '/read', logStreamName: 's', ...more }))
      return { ...answer, messages: answer.events?.map(({ message }) => message) }
    }
    expect((await get({})).messages).toHaveLength(5)
    expect((await get({ limit: 2 })).messages).toEqual(['m3', 'm4'])
    const first = await get({ limit: 2, startFromHead: true })
    expect(first.messages).toEqual(['m0', 'm1'])
    const second = await get({ limit: 2, nextToken: first.nextForwardToken })
    expect(second.messages).toEqual(['m2', 'm3'])
    expect((await get({ limit: 2, nextToken: second.nextBackwardToken })).messages).toEqual(['m0', 'm1'])
    const third = await get({ nextToken: second.nextForwardToken })
    expect(third.messages).toEqual(['m4'])
    expect(await get({ nextToken: third.nextForwardToken })).toMatchObject({
      messages: [],
      nextForwardToken: third.nextForwardToken,
    })
    const now = cloud.clock.now()
    expect((await get({ startTime: now + 1, endTime: now + 3 })).messages).toEqual(['m1', 'm2'])
  })

  it('filters all streams by time, pattern and stream, in pages', async () => {
    await createGroup('/filter', 'a', 'b')
    await put('/filter', 'a', [0, 'ERROR one'], [2, '{"level":"ERROR"}'])
    await put('/filter', 'b', [1, 'ERROR two'], [3, 'INFO three'])
    expect(await filter('/filter')).toEqual(['ERROR one', 'ERROR two', '{"level":"ERROR"}', 'INFO three'])
    expect(await filter('/filter', { filterPattern: 'ERROR -two' })).toEqual(['ERROR one', '{"level":"ERROR"}'])
    expect(await filter('/filter', { filterPattern: '{ $.level = "ERROR" }' })).toEqual(['{"level":"ERROR"}'])
    expect(await filter('/filter', { logStreamNames: ['b'] })).toEqual(['ERROR two', 'INFO three'])
    expect(await filter('/filter', { startTime: cloud.clock.now() + 3 })).toEqual(['INFO three'])
    const first = await logs.send(new FilterLogEventsCommand({ logGroupName: '/filter', limit: 3 }))
    expect(first.events).toHaveLength(3)
    expect(await filter('/filter', { nextToken: first.nextToken, limit: 3 })).toEqual(['INFO three'])
    await expect(filter('/filter', { filterPattern: '{ $.a = }' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })

  it('forgets events after the retention of their group', async () => {
    await createGroup('/retained', 's')
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: '/retained', retentionInDays: 1 }))
    await put('/retained', 's', [0, 'old'])
    await cloud.clock.advance(DAY)
    expect(await filter('/retained')).toEqual(['old'])
    await cloud.clock.advance(1)
    expect(await filter('/retained')).toEqual([])
    const wrong = new PutRetentionPolicyCommand({ logGroupName: '/retained', retentionInDays: 2 })
    await expect(logs.send(wrong)).rejects.toThrow('Member must satisfy enum value set')
  })

  it('refuses unordered events whole, and rejects too old and too new ones singly', async () => {
    await createGroup('/rejects', 's')
    await expect(put('/rejects', 's', [1, 'a'], [0, 'b'])).rejects.toThrow(
      'Log events in a single PutLogEvents request must be in chronological order.',
    )
    await expect(put('/rejects', 's', [0, 'a'], [DAY + 1, 'b'])).rejects.toThrow('24 hours')
    await expect(put('/rejects', 'missing', [0, 'a'])).rejects.toThrow('The specified log stream does not exist.')
    const old = await put('/rejects', 's', [-14 * DAY - 1, 'old'], [-14 * DAY, 'just in time'])
    expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 })
    const fresh = await put('/rejects', 's', [0, 'now'], [7_200_001, 'future'])
    expect(fresh.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 })
    expect(await filter('/rejects')).toEqual(['just in time', 'now'])
  })

  it('takes lines of services, and forgets the oldest beyond 64 MiB', async () => {
    const line = 'x'.repeat(1_048_576)
    cloud.context.log('/aws/lambda/f', 'first', ['the very first'])
    for (let count = 0; count < 64; count++) cloud.context.log('/aws/lambda/f', `s${count % 3}`, [line])
    cloud.context.log('/aws/lambda/f', 'last', ['the last'])
    const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/aws/lambda/f' }))
    const withEvents = logStreams?.filter(({ lastEventTimestamp }) => lastEventTimestamp !== undefined)
    expect(withEvents?.map(({ logStreamName }) => logStreamName)).toEqual(['last', 's0', 's1', 's2'])
    await logs.send(new DeleteLogGroupCommand({ logGroupName: '/aws/lambda/f' }))
  })
})

it('lets a service write where a resource policy of the account allows it', async () => {
  await createGroup('/aws/events/all', 's')
  const write = () =>
    cloud.context.call({
      caller: cloud.context.principal('events.amazonaws.com', 'arn:aws:events:us-east-1:000000000000:rule/r'),
      service: 'logs',
      action: 'PutLogEvents',
      input: {
        logGroupName: '/aws/events/all',
        logStreamName: 's',
        logEvents: [{ timestamp: cloud.clock.now(), message: 'event' }],
      },
    })
  await expect(write()).rejects.toMatchObject({ code: 'AccessDeniedException' })
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/*:*',
    },
  ]
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await logs.send(new PutResourcePolicyCommand({ policyName: 'events', policyDocument }))
  await write()
  expect(await filter('/aws/events/all')).toEqual(['event'])
})

it('creates, updates and deletes the log resources of templates', async () => {
  const resource = { physicalName: () => 'stack-Logs-ABC' } as unknown as ResourceContext
  const typeOf = (name: string) => cloud.context.service('logs').resources[name] as ResourceType
  const group = typeOf('AWS::Logs::LogGroup')
  const before = { RetentionInDays: 7, Tags: [{ Key: 'a', Value: '1' }] }
  const { ref, attributes } = await group.create(before, resource)
  expect(attributes).toEqual({ Arn: 'arn:aws:logs:us-east-1:000000000000:log-group:stack-Logs-ABC:*' })
  const described = async () =>
    (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: ref }))).logGroups?.[0]
  expect(await described()).toMatchObject({ retentionInDays: 7 })
  await group.update?.(ref, {}, before, resource)
  expect(await described()).not.toHaveProperty('retentionInDays')
  const filterType = typeOf('AWS::Logs::MetricFilter')
  const properties = {
    LogGroupName: ref,
    FilterPattern: 'ERROR',
    MetricTransformations: [{ MetricName: 'm', MetricNamespace: 'Made', MetricValue: '1' }],
  }
  const made = await filterType.create(properties, resource)
  cloud.context.log(ref, 's', ['ERROR'])
  expect(await sumOf('Made', 'm')).toBe(1)
  await filterType.delete(made.ref, properties)
  await group.delete(ref, {})
  await group.delete(ref, {})
  expect(await described()).toBeUndefined()
})
