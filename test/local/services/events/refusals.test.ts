import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  ListTagsForResourceCommand,
  PutPermissionCommand,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
  UpdateEventBusCommand,
} from '@aws-sdk/client-eventbridge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusal } from '../sns/support.ts'
import { startEventsCloud } from './support.ts'

const arnOf = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`
const queue = arnOf('sqs', 'q')
const invalid = (message: string) => ({ code: 'ValidationException', message })
const detected = (value: string, member: string, constraint: string) =>
  invalid(
    `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  )

describe('what EventBridge refuses', () => {
  let on: Awaited<ReturnType<typeof startEventsCloud>>
  beforeAll(async () => {
    on = await startEventsCloud()
    await on.events.send(new PutRuleCommand({ Name: 'rule', EventPattern: '{"source":["shop"]}' }))
  })
  afterAll(() => on.stop())

  const targets = (...Targets: object[]) =>
    refusal(on.events.send(new PutTargetsCommand({ Rule: 'rule', Targets: Targets as Target[] })))
  const transformer = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) => ({
    InputTransformer: { InputTemplate, InputPathsMap },
  })
  const log = arnOf('logs', 'log-group:/aws/events/l')

  it.each<[string, object, string]>([
    [
      'a bus without a role',
      { Arn: arnOf('events', 'event-bus/b') },
      `RoleArn is required for target ${arnOf('events', 'event-bus/b')}.`,
    ],
    ["another service's parameters", { EcsParameters: {} }, 'Parameter(s) EcsParameters not supported for target: t.'],
    [
      'a topic for dead letters',
      { DeadLetterConfig: { Arn: arnOf('sns', 't') } },
      'sns is not supported as a dead letter resource.',
    ],
    [
      'a FIFO queue for dead letters',
      { DeadLetterConfig: { Arn: `${queue}.fifo` } },
      'SQS FIFO is not supported by Dead Letter Queues.',
    ],
    ['a path without its dollar', { InputPath: 'detail.a' }, 'InputPath for target t is invalid.'],
    ['a path with a quoted name', transformer('<a>', { a: "$.detail['a']" }), 'InputPath for target t is invalid.'],
    [
      'the whole event in a text',
      transformer('"<aws.events.event.json>"'),
      'InputTemplate for target t contains placeholder aws.events.event.json valid only for JSON template.',
    ],
    [
      'a role of a log group',
      { Arn: log, RoleArn: arnOf('iam', 'role/r') },
      `RoleArn is not supported for target ${log}.`,
    ],
    [
      'a constant for a log group',
      { Arn: log, Input: '{}' },
      'Input and InputPath are not valid forms of input for target t. The only valid form of input is InputTransformer.',
    ],
    [
      'a log group with its wildcard',
      { Arn: `${log}:*` },
      `Parameter ${log}:* is not valid. Reason: Provided Arn is not in correct format.`,
    ],
  ])('of a target: %s', async (_what, more, message) => {
    expect(await targets({ Id: 't', Arn: queue, ...more })).toEqual(invalid(message))
  })

  it('of targets: ids that come twice, and none at all', async () => {
    const one = { Id: 'same', Arn: queue }
    expect(await targets(one, one)).toEqual(
      invalid("Parameter targets is not valid. Reason: More than one target with Id 'same' is provided."),
    )
    expect(await targets()).toEqual(detected("'[]'", 'targets', 'have length greater than or equal to 1'))
    expect(await refusal(on.events.send(new RemoveTargetsCommand({ Rule: 'rule', Ids: undefined })))).toEqual(
      detected('null', 'ids', 'not be null'),
    )
  })

  it('of a transformer: reserved names, as the model does', async () => {
    const { message } = await targets({ Id: 't', Arn: queue, ...transformer('<a>', { 'aws.events.rule-name': '$.a' }) })
    expect(message).toBe(
      "1 validation error detected: Value '{aws.events.rule-name=$.a}' at 'targets.1.member.inputTransformer.inputPathsMap' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [A-Za-z0-9\\_\\-]+]",
    )
  })

  const rule = (more: Partial<PutRuleCommandInput>) =>
    refusal(on.events.send(new PutRuleCommand({ Name: 'r', EventPattern: '{"source":["shop"]}', ...more })))

  it('of a rule: no demand, a long pattern, and a role that it may not take', async () => {
    expect(await rule({ EventPattern: '{}' })).toEqual(
      invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.'),
    )
    const EventPattern = JSON.stringify({ source: ['x'.repeat(2040)] })
    expect(await rule({ EventPattern })).toEqual(invalid('Parameter EventPattern for rule r exceeds limit of 2048.'))
    const RoleArn = await on.role('foreign', 'sqs:SendMessage', 'scheduler.amazonaws.com')
    expect(await rule({ RoleArn })).toEqual(
      invalid(`Provided role '${RoleArn}' cannot be assumed by principal 'events.amazonaws.com'.`),
    )
    expect(await refusal(on.events.send(new DescribeRuleCommand({ Name: undefined })))).toEqual(
      detected('null', 'name', 'not be null'),
    )
  })

  it('of a bus: a slash in its name, and a topic for dead letters; a queue is kept and told', async () => {
    const bus = (Name: string, Arn: string) =>
      on.events.send(new CreateEventBusCommand({ Name, DeadLetterConfig: { Arn } }))
    expect(await refusal(bus('team/bus', queue))).toEqual(invalid("Event bus name must not contain '/'."))
    expect(await refusal(bus('bus', arnOf('sns', 't')))).toEqual(
      invalid('sns is not supported as a dead letter resource.'),
    )
    expect((await bus('bus', queue)).DeadLetterConfig).toEqual({ Arn: queue })
    const described = () => on.events.send(new DescribeEventBusCommand({ Name: 'bus' }))
    expect((await described()).DeadLetterConfig).toEqual({ Arn: queue })
    await on.events.send(new UpdateEventBusCommand({ Name: 'bus' }))
    expect((await described()).DeadLetterConfig).toBeUndefined()
  })

  it('of an archive and a permission: what the patterns of the model do not fit', async () => {
    const archive = new CreateArchiveCommand({ ArchiveName: 'a', EventSourceArn: queue })
    expect(await refusal(on.events.send(archive))).toEqual(
      detected(
        `'${queue}'`,
        'eventSourceArn',
        'satisfy regular expression pattern: ^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:.+\\/.+$',
      ),
    )
    const permission = new PutPermissionCommand({ Action: 'events:PutEvents', Principal: 'me', StatementId: 's' })
    expect(await refusal(on.events.send(permission))).toEqual(
      detected("'me'", 'principal', 'satisfy regular expression pattern: (\\d{12}|\\*)'),
    )
  })

  it('leaves the tags of a rule that exists', async () => {
    const put = (Value: string) =>
      on.events.send(
        new PutRuleCommand({ Name: 'tagged', EventPattern: '{"source":["s"]}', Tags: [{ Key: 'k', Value }] }),
      )
    const { RuleArn: ResourceARN } = await put('first')
    await put('second')
    expect((await on.events.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([
      { Key: 'k', Value: 'first' },
    ])
  })
})
