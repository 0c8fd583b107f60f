import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFunction } from '../lambda/support/function.ts'
import { at, type StatesCloud, single, startStatesCloud } from './support.ts'

const lambdaInvoke = 'arn:aws:states:::lambda:invoke'
const sendAndWait = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken'

describe('the behaviours of local-cloud.md', () => {
  let on: StatesCloud
  let sqs: SQSClient
  let queue: string
  beforeAll(async () => {
    on = await startStatesCloud()
    sqs = on.cloud.client(SQSClient)
    queue = (await sqs.send(new CreateQueueCommand({ QueueName: 'tasks' }))).QueueUrl ?? ''
    await createFunction(on.cloud, 'echo', 'export const handler = async (event) => event')
    await createFunction(on.cloud, 'broken', 'export const handler = async () => { throw new RangeError("too far") }')
    await createFunction(on.cloud, 'large', 'export const handler = async () => "ä".repeat(140000)')
  })
  afterAll(() => on.stop())

  const waiting = (more: object = {}) =>
    single({
      Type: 'Task',
      Resource: sendAndWait,
      Parameters: { QueueUrl: queue, MessageBody: { 'token.$': '$$.Task.Token' } },
      End: true,
      ...more,
    })
  const token = async (): Promise<string> => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, VisibilityTimeout: 1_000 }))
    return (JSON.parse(Messages[0]?.Body ?? '{}') as { token: string }).token
  }

  it('Step Functions 1: the machine times out without error or cause, and can be redriven', async () => {
    const arn = await on.start(
      await on.machine(single({ Type: 'Wait', Seconds: 60, End: true }, { TimeoutSeconds: 3 })),
    )
    await on.clock.advance(2_999)
    expect((await on.look(arn)).status).toBe('RUNNING')
    await on.clock.advance(1)
    const { status, error, cause, types, events } = await on.look(arn)
    expect({ status, error, cause }).toEqual({ status: 'TIMED_OUT', error: undefined, cause: undefined })
    expect(events.at(-1)?.executionTimedOutEventDetails).toEqual({ error: 'States.Timeout' })
    expect(types).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionTimedOut'])
    const described = await on.sfn.send(new DescribeExecutionCommand({ executionArn: arn }))
    expect(described).toMatchObject({ redriveStatus: 'REDRIVABLE', redriveCount: 0 })
  })

  it.each([
    ['task', { TimeoutSeconds: 5 }],
    ['heartbeat', { TimeoutSeconds: 600, HeartbeatSeconds: 5 }],
  ])('Step Functions 2: a %s timeout records TaskTimedOut with States.Timeout and no cause', async (_, times) => {
    const arn = await on.start(await on.machine(waiting(times)))
    await on.look(arn)
    await on.clock.advance(5_000)
    const { status, error, cause, events, types } = await on.look(arn)
    expect({ status, error, cause }).toEqual({ status: 'FAILED', error: 'States.Timeout', cause: undefined })
    expect(types.slice(2)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskTimedOut', 'ExecutionFailed'])
    expect(events[5]?.taskTimedOutEventDetails).toEqual({
      error: 'States.Timeout',
      resource: 'sendMessage.waitForTaskToken',
      resourceType: 'sqs',
    })
    await token()
  })

  it('Step Functions 2: a missed heartbeat is caught as States.HeartbeatTimeout', async () => {
    const Catch = [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Caught' }]
    const machine = waiting({ HeartbeatSeconds: 5, Catch })
    const arn = await on.start(
      await on.machine({ ...machine, States: { ...machine.States, Caught: { Type: 'Succeed' } } }),
    )
    await on.look(arn)
    await on.clock.advance(5_000)
    expect(await on.look(arn)).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout', Cause: '' } })
    await token()
  })

  it('Step Functions 3: States.Runtime is neither retried nor caught', async () => {
    const task = {
      Type: 'Task',
      Resource: lambdaInvoke,
      Parameters: { FunctionName: 'echo', 'Payload.$': '$.none' },
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
      Next: 'Caught',
    }
    expect(await on.run({ StartAt: 'X', States: { X: task, Caught: { Type: 'Succeed' } } }, { a: 1 })).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: `${at('X', 2)}The JSONPath '$.none' specified for the field 'Payload.$' could not be found in the input '{"a":1}'`,
      types: ['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed'],
    })
  })

  it('Step Functions 4: lambda:invoke wraps the payload', async () => {
    const state = {
      Type: 'Task',
      Resource: lambdaInvoke,
      Parameters: { FunctionName: 'echo', Payload: { a: 1 } },
      End: true,
    }
    const { output, types } = await on.run(single(state))
    expect(output).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { a: 1 },
      SdkHttpMetadata: { HttpStatusCode: 200 },
      StatusCode: 200,
    })
    expect(types.slice(2, 5)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSucceeded'])
  })

  it("Step Functions 4: a function's error is the task's, a missing function is Lambda's", async () => {
    const state = (FunctionName: string) =>
      single({ Type: 'Task', Resource: lambdaInvoke, Parameters: { FunctionName }, End: true })
    const failed = await on.run(state('broken'))
    expect(failed.error).toBe('RangeError')
    expect(JSON.parse(failed.cause ?? '')).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' })
    const missing = await on.run(state('none'))
    expect(missing.error).toBe('Lambda.ResourceNotFoundException')
    expect(missing.cause).toMatch(
      /^Function not found: arn:aws:lambda:us-east-1:000000000000:function:none \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [\w-]+; Proxy: null\)$/,
    )
  })

  it('Step Functions 4: the plain function ARN gives the payload alone', async () => {
    const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:echo'
    const { output, types } = await on.run(single({ Type: 'Task', Resource, End: true }), { a: 1 })
    expect(output).toEqual({ a: 1 })
    expect(types.slice(2, 5)).toEqual(['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded'])
  })

  it('Step Functions 5: iterations chain their own events, and a failed one does not advance the chain', async () => {
    const { events } = await on.run(
      single({
        Type: 'Map',
        ItemProcessor: { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Bad' } } },
        End: true,
      }),
      [1],
    )
    expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'MapStateEntered'],
      [3, 2, 'MapStateStarted'],
      [4, 3, 'MapIterationStarted'],
      [5, 4, 'FailStateEntered'],
      [6, 5, 'MapIterationFailed'],
      [7, 5, 'MapStateFailed'],
      [8, 7, 'ExecutionFailed'],
    ])
    expect(events[1]?.stateEnteredEventDetails).toEqual({ name: 'S', input: '[1]', inputDetails: { truncated: false } })
  })

  it('Step Functions 5: branches interleave and go on from their own newest event', async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } } })
    const { events } = await on.run(single({ Type: 'Parallel', Branches: [branch('A'), branch('B')], End: true }))
    const named = (name: string) =>
      events.filter((event) => (event.stateEnteredEventDetails ?? event.stateExitedEventDetails)?.name === name)
    for (const name of ['A', 'B']) {
      const [entered, exited] = named(name)
      expect(entered?.previousEventId).toBe(3)
      expect(exited?.previousEventId).toBe(entered?.id)
    }
    expect(events.slice(7).map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
      ['ParallelStateSucceeded', 7],
      ['ParallelStateExited', 7],
      ['ExecutionSucceeded', 9],
    ])
  })

  it('Step Functions 6: an execution that would pass 25,000 events fails with its last one', async () => {
    const loop = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Variable: '$', IsPresent: true, Next: 'A' }], Default: 'End' },
        End: { Type: 'Succeed' },
      },
    }
    const executionArn = await on.start(await on.machine(loop))
    await on.clock.settle()
    const history = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 })
    expect((await on.sfn.send(history)).events?.[0]).toMatchObject({
      id: 25_000,
      type: 'ExecutionFailed',
      executionFailedEventDetails: {
        error: 'States.Runtime',
        cause: 'The execution reached the maximum number of history events (25000).',
      },
    })
  })

  it('Step Functions 7: a failed iteration stops the others; outputs keep the order of the items', async () => {
    const wait = { Type: 'Wait', SecondsPath: '$', End: true }
    const map = { Type: 'Map', ItemProcessor: { StartAt: 'W', States: { W: wait } }, End: true }
    const arn = await on.start(await on.machine(single(map)), [3, 1, 2])
    await on.clock.advance(3_000)
    expect((await on.look(arn)).output).toEqual([3, 1, 2])

    const choice = { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 1, Next: 'F' }], Default: 'W' }
    const failing = { StartAt: 'C', States: { C: choice, W: wait, F: { Type: 'Fail', Error: 'One' } } }
    const failed = await on.run(single({ Type: 'Map', ItemProcessor: failing, End: true }), [5, 1, 9])
    expect(failed).toMatchObject({ status: 'FAILED', error: 'One' })
    expect(failed.types.slice(-7)).toEqual([
      'MapIterationAborted',
      'WaitStateAborted',
      'MapIterationFailed',
      'MapIterationAborted',
      'WaitStateAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ])
    expect(on.clock.pending().filter(({ label }) => label.includes('wait'))).toEqual([])
  })

  it('Step Functions 8: starting again with the same name and input gives the running execution', async () => {
    const stateMachineArn = await on.machine(single({ Type: 'Wait', Seconds: 10, End: true }))
    const start = (input: string) => on.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'one', input }))
    const { executionArn } = await start('{"a":1}')
    expect((await start('{"a":1}')).executionArn).toBe(executionArn)
    await expect(start('{"a":2}')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${executionArn}'`,
    })
    await on.clock.advance(10_000)
    await expect(start('{"a":1}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' })
  })

  it('Step Functions 9: waits 1, 2 and 4 seconds by default, and counts each retrier for itself', async () => {
    const task = (Retry: object[]) =>
      single({ Type: 'Task', Resource: lambdaInvoke, Parameters: { FunctionName: 'broken' }, Retry, End: true })
    const tries = async (Retry: object[]) => {
      const began = on.clock.now()
      const arn = await on.start(await on.machine(task(Retry)))
      await on.look(arn)
      await on.clock.advance(60_000)
      const { events } = await on.look(arn)
      return events
        .filter(({ type }) => type === 'TaskScheduled')
        .map(({ timestamp }) => (timestamp?.getTime() ?? 0) - began)
    }
    expect(await tries([{ ErrorEquals: ['RangeError'] }])).toEqual([0, 1_000, 3_000, 7_000])
    expect(
      await tries([{ ErrorEquals: ['RangeError'], IntervalSeconds: 3, BackoffRate: 3, MaxDelaySeconds: 5 }]),
    ).toEqual([0, 3_000, 8_000, 13_000])
    expect(await tries([{ ErrorEquals: ['RangeError'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }])).toEqual([0])
  })

  it('Step Functions 9: full jitter draws below the cap', async () => {
    const Retry = [
      {
        ErrorEquals: ['States.ALL'],
        IntervalSeconds: 100,
        MaxDelaySeconds: 100,
        MaxAttempts: 1,
        JitterStrategy: 'FULL',
      },
    ]
    const arn = await on.start(
      await on.machine(
        single({ Type: 'Task', Resource: lambdaInvoke, Parameters: { FunctionName: 'broken' }, Retry, End: true }),
      ),
    )
    await on.look(arn)
    const [timer] = on.clock.pending().filter(({ label }) => label.startsWith('states retry'))
    expect((timer?.due ?? 0) - on.clock.now()).toBeLessThan(100_000)
    await on.clock.advance(100_000)
    expect((await on.look(arn)).status).toBe('FAILED')
  })

  it.each([
    ['$.error', { a: 1, error: { Error: 'RangeError' } }],
    [null, { a: 1 }],
  ])('Step Functions 10: the ResultPath %s of a catcher applies to the raw input', async (ResultPath, output) => {
    const task = {
      Type: 'Task',
      Resource: lambdaInvoke,
      InputPath: '$.a',
      Parameters: { FunctionName: 'broken' },
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath, Next: 'Caught' }],
      Next: 'Caught',
    }
    const ran = await on.run({ StartAt: 'T', States: { T: task, Caught: { Type: 'Succeed' } } }, { a: 1 })
    expect(ran.output).toMatchObject(output)
    expect(Object.keys(ran.output as object)).toEqual(Object.keys(output))
  })

  it('Step Functions 11: a wildcard that matches nothing is empty, an index past the end is null', async () => {
    const pass = (path: string) => single({ Type: 'Pass', Parameters: { 'found.$': path }, End: true })
    expect((await on.run(pass('$.items[*].name'), {})).output).toEqual({ found: [] })
    expect((await on.run(pass('$.items[?(@.n > 1)]'), { items: [{ n: 1 }] })).output).toEqual({ found: [] })
    expect((await on.run(pass('$.items[7]'), { items: [1] })).output).toEqual({ found: null })
    expect((await on.run(pass('$.items.name'), {})).error).toBe('States.Runtime')
  })

  it('Step Functions 12: a Choice without a match and a Default fails with States.Runtime', async () => {
    const choice = { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'E' }] }
    expect(await on.run({ StartAt: 'C', States: { C: choice, E: { Type: 'Succeed' } } })).toMatchObject({
      error: 'States.Runtime',
      cause: `${at('C', 2)}Failed to transition out of the state. The state does not point to a next state.`,
    })
  })

  it('Step Functions 13: Choice applies OutputPath, Pass applies Parameters, a JSONata rule its Output and Assign', async () => {
    const paths = {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', OutputPath: '$.inner', Choices: [{ Variable: '$.go', BooleanEquals: true, Next: 'P' }] },
        P: { Type: 'Pass', Parameters: { 'seen.$': '$.value' }, End: true },
      },
    }
    expect((await on.run(paths, { go: true, inner: { value: 7 } })).output).toEqual({ seen: 7 })
    const query = {
      QueryLanguage: 'JSONata',
      StartAt: 'C',
      States: {
        C: {
          Type: 'Choice',
          Choices: [
            {
              Condition: '{% $states.input.n > 1 %}',
              Output: 'big',
              Assign: { n: '{% $states.input.n %}' },
              Next: 'P',
            },
          ],
        },
        P: { Type: 'Pass', Output: { was: '{% $states.input %}', n: '{% $n %}' }, End: true },
      },
    }
    expect((await on.run(query, { n: 2 })).output).toEqual({ was: 'big', n: 2 })
  })

  it('Step Functions 14: $states.input is the output of the state before; a failed expression is recorded and catchable', async () => {
    const task = {
      QueryLanguage: 'JSONata',
      Type: 'Task',
      Resource: lambdaInvoke,
      Arguments: { FunctionName: 'echo', Payload: "{% $merge([$states.input, {'b': 2}]) %}" },
      Output: '{% $states.result.Payload %}',
      Next: 'T2',
    }
    const broken = {
      ...task,
      Arguments: { FunctionName: '{% $none %}' },
      Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Output: '{% $states.errorOutput.Error %}', Next: 'E' }],
      Next: 'E',
    }
    const first = { Type: 'Pass', Result: { a: 1 }, Next: 'T1' }
    const ran = await on.run(
      { StartAt: 'P', States: { P: first, T1: task, T2: broken, E: { Type: 'Succeed' } } },
      { z: 1 },
    )
    expect(ran).toMatchObject({ status: 'SUCCEEDED', output: 'States.QueryEvaluationError' })
    const failed = ran.events.find(({ type }) => type === 'EvaluationFailed')
    expect(failed?.evaluationFailedEventDetails).toEqual({
      error: 'States.QueryEvaluationError',
      cause: `${at('T2', 9)}The JSONata expression '$none' specified for the field 'Arguments/FunctionName' returned nothing (undefined).`,
      location: 'Arguments/FunctionName',
      state: 'T2',
    })
  })

  it('Step Functions 15: waits until an absolute time; one that is past is over at once', async () => {
    const wait = (text: string) => single({ Type: 'Wait', Timestamp: text, End: true })
    expect((await on.run(wait('2020-01-01T00:00:00Z'))).status).toBe('SUCCEEDED')
    const arn = await on.start(await on.machine(wait(new Date(on.clock.now() + 90_000).toISOString())))
    await on.clock.advance(89_999)
    expect((await on.look(arn)).status).toBe('RUNNING')
    await on.clock.advance(1)
    expect((await on.look(arn)).status).toBe('SUCCEEDED')
    const byPath = single({ Type: 'Wait', TimestampPath: '$.until', End: true })
    expect((await on.run(byPath, { until: 'tomorrow' })).error).toBe('States.Runtime')
  })

  it('Step Functions 16: .sync gives the output as text, .sync:2 as JSON, a failed child fails the task', async () => {
    const good = await on.machine(single({ Type: 'Pass', Result: { done: true }, End: true }))
    const bad = await on.machine(single({ Type: 'Fail', Error: 'Child', Cause: 'was bad' }))
    const nested = (suffix: string, StateMachineArn: string) =>
      single({
        Type: 'Task',
        Resource: `arn:aws:states:::states:startExecution${suffix}`,
        Parameters: { StateMachineArn, Input: { a: 1 } },
        End: true,
      })
    expect((await on.run(nested('.sync', good))).output).toMatchObject({
      Status: 'SUCCEEDED',
      Output: '{"done":true}',
      Input: '{"a":1}',
    })
    expect((await on.run(nested('.sync:2', good))).output).toMatchObject({ Output: { done: true }, Input: { a: 1 } })
    const failed = await on.run(nested('.sync:2', bad))
    expect(failed.error).toBe('States.TaskFailed')
    expect(JSON.parse(failed.cause ?? '')).toMatchObject({
      Error: 'Child',
      Cause: 'was bad',
      Status: 'FAILED',
      Input: '{"a":1}',
    })
  })

  it('Step Functions 17: a result of more than 256 KiB of UTF-8 is States.DataLimitExceeded', async () => {
    const state = { Type: 'Task', Resource: lambdaInvoke, Parameters: { FunctionName: 'large' }, End: true }
    expect(await on.run(single(state))).toMatchObject({
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    })
  })

  it('Step Functions 18: a token is answered once, not after its timeout, and unknown ones are invalid', async () => {
    const answer = (taskToken: string) =>
      on.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"paid":true}' }))
    const arn = await on.start(await on.machine(waiting({ TimeoutSeconds: 60 })))
    await on.look(arn)
    const first = await token()
    await answer(first)
    expect(await on.look(arn)).toMatchObject({ status: 'SUCCEEDED', output: { paid: true } })
    await expect(answer(first)).rejects.toMatchObject({ name: 'TaskTimedOut' })

    const late = await on.start(await on.machine(waiting({ TimeoutSeconds: 60 })))
    await on.look(late)
    const second = await token()
    await on.clock.advance(60_000)
    expect((await on.look(late)).error).toBe('States.Timeout')
    await expect(answer(second)).rejects.toMatchObject({
      name: 'TaskTimedOut',
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    })
    await expect(answer('nonsense')).rejects.toMatchObject({
      name: 'InvalidToken',
      message: "Invalid Token: 'Invalid token'",
    })
    const noJson = new SendTaskSuccessCommand({ taskToken: 'nonsense', output: 'no JSON' })
    await expect(on.sfn.send(noJson)).rejects.toMatchObject({ name: 'InvalidToken' })
  })
})
