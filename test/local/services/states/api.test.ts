import { Agent } from 'node:http'
import type { LookupFunction } from 'node:net'
import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  type EncryptionConfiguration,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StatesCloud, single, startStatesCloud } from './support.ts'

const pass = (Result: unknown) => single({ Type: 'Pass', Result, End: true })

describe('state machines and executions', () => {
  let on: StatesCloud
  beforeAll(async () => {
    on = await startStatesCloud()
  })
  afterAll(() => on.stop())

  const refused = (promise: Promise<unknown>) =>
    promise.then(
      () => 'taken',
      (error: Error) => `${error.name}: ${error.message}`,
    )

  it('creates the same state machine once, and refuses another of its name', async () => {
    const roleArn = await on.role()
    const create = (definition: object) =>
      on.sfn.send(new CreateStateMachineCommand({ name: 'same', definition: JSON.stringify(definition), roleArn }))
    const { stateMachineArn } = await create(pass(1))
    expect((await create(pass(1))).stateMachineArn).toBe(stateMachineArn)
    await expect(create(pass(2))).rejects.toMatchObject({
      name: 'StateMachineAlreadyExists',
      message: `State Machine Already Exists: '${stateMachineArn}'`,
    })
    expect(await on.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
      status: 'ACTIVE',
      type: 'STANDARD',
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    })
  })

  it.each([
    [
      'not json',
      "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    ["{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
    ['', 'Invalid execution input.'],
  ])('refuses the input %j', async (input, message) => {
    const stateMachineArn = await on.machine(pass(1))
    await expect(on.sfn.send(new StartExecutionCommand({ stateMachineArn, input }))).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
      message: `Invalid State Machine Execution Input: '${message}'`,
    })
  })

  it('refuses an input nested deeper than 1000, and takes one of 1000', async () => {
    const stateMachineArn = await on.machine(pass(1))
    const nested = (depth: number) => `${'['.repeat(depth)}"[[\\"["${']'.repeat(depth)}`
    await expect(on.sfn.send(new StartExecutionCommand({ stateMachineArn, input: nested(15_000) }))).rejects.toThrow(
      'Document nesting depth (1001) exceeds the maximum allowed (1000)',
    )
    await on.sfn.send(new StartExecutionCommand({ stateMachineArn, input: nested(1_000) }))
  })

  it('refuses names and ARNs as AWS does', async () => {
    const stateMachineArn = await on.machine(pass(1))
    expect(await refused(on.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'a b' })))).toBe(
      "InvalidName: Invalid Name: 'a b'",
    )
    expect(await refused(on.sfn.send(new DescribeExecutionCommand({ executionArn: 'nonsense' })))).toBe(
      "InvalidArn: Invalid Arn: 'Invalid ARN prefix: nonsense'",
    )
    expect(
      await refused(on.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: `${stateMachineArn}x` }))),
    ).toBe(`StateMachineDoesNotExist: State Machine Does Not Exist: '${stateMachineArn}x'`)
    expect(await refused(on.sfn.send(new UpdateStateMachineCommand({ stateMachineArn })))).toBe(
      'MissingRequiredParameter: Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    )
    expect(
      await refused(on.sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'none' as 'FAILED' }))),
    ).toBe(
      "ValidationException: 1 validation error detected: Value 'none' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
    )
  })

  it('stops an execution, which ends its wait', async () => {
    const arn = await on.start(await on.machine(single({ Type: 'Wait', Seconds: 100, End: true })))
    await on.look(arn)
    await on.sfn.send(new StopExecutionCommand({ executionArn: arn, error: 'Enough', cause: 'by hand' }))
    const { status, error, cause, events } = await on.look(arn)
    expect({ status, error, cause }).toEqual({ status: 'ABORTED', error: 'Enough', cause: 'by hand' })
    expect(events.at(-1)).toMatchObject({ id: 3, previousEventId: 0, type: 'ExecutionAborted' })
    expect(on.clock.pending().filter(({ label }) => label.startsWith('states'))).toEqual([])
  })

  it('lists executions newest first, by status, in pages', async () => {
    const stateMachineArn = await on.machine(single({ Type: 'Wait', SecondsPath: '$', End: true }))
    const arns: string[] = []
    for (const seconds of [0, 50, 0]) arns.push(await on.start(stateMachineArn, seconds))
    await on.clock.settle()
    const list = (more: object) => on.sfn.send(new ListExecutionsCommand({ stateMachineArn, ...more }))
    expect((await list({})).executions?.map(({ executionArn }) => executionArn)).toEqual(arns.toReversed())
    expect((await list({ statusFilter: 'RUNNING' })).executions).toHaveLength(1)
    const first = await list({ maxResults: 2 })
    expect(first.executions).toHaveLength(2)
    expect((await list({ maxResults: 2, nextToken: first.nextToken })).executions).toHaveLength(1)
    await on.clock.advance(50_000)
  })

  it.each<[string, EncryptionConfiguration, string]>([
    ['no key', { type: 'CUSTOMER_MANAGED_KMS_KEY' }, 'Must set a valid kmsKeyId.'],
    [
      'a key of no use',
      { type: 'AWS_OWNED_KEY', kmsKeyId: 'k' },
      'Custom kmsKeyId is not allowed when selecting AWS_OWNED_KEY.',
    ],
    [
      'a period of no use',
      { type: 'AWS_OWNED_KEY', kmsDataKeyReusePeriodSeconds: 60 },
      'Custom kmsDataKeyReusePeriodSeconds is not allowed when selecting AWS_OWNED_KEY.',
    ],
  ])('refuses to encrypt with %s', async (_, encryptionConfiguration, words) => {
    const refusal = `InvalidEncryptionConfiguration: Invalid Encryption Configuration: ${words}`
    expect(await refused(on.machine(pass(1), { encryptionConfiguration }))).toBe(refusal)
    const activity = new CreateActivityCommand({ name: 'encrypted', encryptionConfiguration })
    expect(await refused(on.sfn.send(activity))).toBe(refusal)
  })

  it('gives the history backwards, in pages, and without data', async () => {
    const executionArn = (await on.run(pass(1))).arn
    const history = (more: object) => on.sfn.send(new GetExecutionHistoryCommand({ executionArn, ...more }))
    expect((await history({ reverseOrder: true, maxResults: 1 })).events?.[0]?.type).toBe('ExecutionSucceeded')
    const { events = [] } = await history({ includeExecutionData: false })
    expect(events[2]?.stateExitedEventDetails).toEqual({ name: 'S' })
  })

  it('keeps versions as they were published, and starts the one that an alias routes to', async () => {
    const stateMachineArn = await on.machine(pass('first'), { publish: true })
    const { revisionId } = await on.sfn.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(pass('second')) }),
    )
    const publish = (revision: string | undefined) =>
      on.sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn, revisionId: revision }))
    await expect(publish('other')).rejects.toMatchObject({
      name: 'ConflictException',
      message: `Failed to publish the State Machine version for revision other. The current State Machine revision is ${revisionId}.`,
    })
    const { stateMachineVersionArn } = await publish(revisionId)
    expect(stateMachineVersionArn).toBe(`${stateMachineArn}:2`)
    expect((await publish(revisionId)).stateMachineVersionArn).toBe(stateMachineVersionArn)
    const { stateMachineAliasArn = '' } = await on.sfn.send(
      new CreateStateMachineAliasCommand({
        name: 'live',
        routingConfiguration: [{ stateMachineVersionArn: `${stateMachineArn}:1`, weight: 100 }],
      }),
    )
    expect((await on.look(await on.start(stateMachineAliasArn))).output).toBe('first')
    expect((await on.look(await on.start(stateMachineArn))).output).toBe('second')
    const deleteFirst = () =>
      on.sfn.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${stateMachineArn}:1` }))
    await expect(deleteFirst()).rejects.toMatchObject({ name: 'ConflictException' })
    await on.sfn.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }))
    await deleteFirst()
    const { stateMachineVersions } = await on.sfn.send(new ListStateMachineVersionsCommand({ stateMachineArn }))
    expect(stateMachineVersions).toHaveLength(1)
  })

  it('gives no revision to an update that changes nothing, and publishes the one there is once', async () => {
    const definition = JSON.stringify(pass('same'))
    const stateMachineArn = await on.machine(pass('same'))
    const update = () => on.sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition, publish: true }))
    for (let time = 0; time < 2; time++)
      expect(
        [await update()].map(({ stateMachineVersionArn, revisionId }) => [stateMachineVersionArn, revisionId]),
      ).toEqual([[`${stateMachineArn}:1`, undefined]])
  })

  it('deletes an alias that is not there, and updates none', async () => {
    const stateMachineAliasArn = `${await on.machine(pass(1))}:none`
    await on.sfn.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }))
    await expect(
      on.sfn.send(new UpdateStateMachineAliasCommand({ stateMachineAliasArn, description: 'new' })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFound',
      message: 'Request references a resource that does not exist.',
    })
  })

  it('tells which variables each state names, and who encrypts', async () => {
    const described = async (definition: object) => {
      const stateMachineArn = await on.machine(definition)
      return on.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))
    }
    const paths = await described({
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { guess: 'a', answer: 'b' }, Parameters: { guess: '$guess' }, Next: 'Check' },
        Check: {
          Type: 'Choice',
          Choices: [{ Variable: '$guess', StringEqualsPath: '$answer', Next: 'End' }],
          Default: 'Each',
        },
        Each: {
          Type: 'Map',
          ItemProcessor: {
            StartAt: 'Inner',
            States: { Inner: { Type: 'Pass', Assign: { 'sum.$': 'States.MathAdd($answer, $[0])' }, End: true } },
          },
          Next: 'End',
        },
        End: { Type: 'Succeed' },
      },
    })
    expect(paths.encryptionConfiguration).toEqual({ type: 'AWS_OWNED_KEY' })
    expect(paths.variableReferences).toEqual({ Check: ['answer', 'guess'], Inner: ['answer'] })
    const Output = '{% $map($items, function($i) { $i + $base }) ~> $append(($own := 1; $own)) %}'
    const expressions = await described({
      QueryLanguage: 'JSONata',
      StartAt: 'S',
      States: { S: { Type: 'Pass', Output, End: true } },
    })
    expect(expressions.variableReferences).toEqual({ S: ['base', 'items'] })
    expect((await described(pass(1))).variableReferences).toBeUndefined()
  })

  it('splits traffic by the weights of an alias', async () => {
    const stateMachineArn = await on.machine(pass('old'), { publish: true })
    await on.sfn.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(pass('new')), publish: true }),
    )
    const routes = (weights: number[]) =>
      weights.map((weight, index) => ({ stateMachineVersionArn: `${stateMachineArn}:${index + 1}`, weight }))
    const create = (weights: number[]) =>
      on.sfn.send(new CreateStateMachineAliasCommand({ name: 'split', routingConfiguration: routes(weights) }))
    await expect(create([70, 29])).rejects.toMatchObject({
      message: 'Sum of routing configuration weights must equal 100. Received: [70, 29]',
    })
    const { stateMachineAliasArn = '' } = await create([50, 50])
    const outputs = new Set<unknown>()
    for (let count = 0; count < 12; count++) outputs.add((await on.look(await on.start(stateMachineAliasArn))).output)
    expect(outputs).toEqual(new Set(['old', 'new']))
  })

  it('lets a running execution end with the definition that it started with', async () => {
    const wait = { Type: 'Wait', Seconds: 10, Next: 'P' }
    const machine = (Result: string) => ({ StartAt: 'W', States: { W: wait, P: { Type: 'Pass', Result, End: true } } })
    const stateMachineArn = await on.machine(machine('old'))
    const arn = await on.start(stateMachineArn)
    await on.sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(machine('new')) }))
    await on.sfn.send(new DeleteStateMachineCommand({ stateMachineArn }))
    await on.clock.advance(10_000)
    expect((await on.look(arn)).output).toBe('old')
  })

  it('answers StartSyncExecution at the host of its own that SDKs address, where its name resolves', async () => {
    const stateMachineArn = await on.machine(pass({ a: 1 }), { type: 'EXPRESS' })
    const asked: string[] = []
    const lookup: LookupFunction = (host, options, answer) => {
      asked.push(host)
      if (options.all) answer(null, [{ address: '127.0.0.1', family: 4 }])
      else answer(null, '127.0.0.1', 4)
    }
    const httpAgent = new Agent({ lookup })
    const sync = new SFNClient({
      endpoint: on.cloud.endpoint.replace('127.0.0.1', 'localhost'),
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: { httpAgent },
    })
    const { status } = await sync.send(new StartSyncExecutionCommand({ stateMachineArn }))
    sync.destroy()
    expect({ status, asked }).toEqual({ status: 'SUCCEEDED', asked: ['sync-localhost'] })
  })

  it('runs Express machines synchronously, with billing details, and tells nothing of them afterwards', async () => {
    const stateMachineArn = await on.machine(pass({ a: 1 }), { type: 'EXPRESS' })
    const sync = new SFNClient({
      endpoint: on.cloud.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      disableHostPrefix: true,
    })
    const answer = await sync.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{}' }))
    sync.destroy()
    expect(answer).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"a":1}',
      billingDetails: { billedDurationInMilliseconds: 100, billedMemoryUsedInMB: 64 },
    })
    await expect(
      on.sfn.send(new GetExecutionHistoryCommand({ executionArn: answer.executionArn })),
    ).rejects.toMatchObject({
      message: "Invalid Arn: 'Resource type not valid in this context: express'",
    })
    const twice = [await on.start(stateMachineArn, {}, 'same'), await on.start(stateMachineArn, {}, 'same')]
    expect(new Set(twice).size).toBe(2)
    await expect(on.sfn.send(new ListExecutionsCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    })
  })
})
