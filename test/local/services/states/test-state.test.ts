import { SFNClient, TestStateCommand, type TestStateCommandInput } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../../support/cloud.ts'
import { createFunction } from '../lambda/support/function.ts'
import { createStatesRole } from './support.ts'

/** The SDK puts `sync-` before the host of this call, which a loopback address does not bear. */
class Unprefixed extends SFNClient {
  constructor(options: ConstructorParameters<typeof SFNClient>[0]) {
    super({ ...options, disableHostPrefix: true })
  }
}

let cloud: TestCloud
let states: SFNClient
beforeAll(async () => {
  cloud = await startTestCloud()
  states = cloud.client(Unprefixed)
})
afterAll(() => cloud.stop())

type Asked = Omit<Partial<TestStateCommandInput>, 'definition' | 'input'> & { readonly input?: unknown }

/** What TestState says of a state, its texts parsed; an error as its name and message. */
async function tested(definition: object, { input = {}, ...more }: Asked = {}): Promise<object | string> {
  try {
    const { $metadata, inspectionData, output, ...said } = await states.send(
      new TestStateCommand({ definition: JSON.stringify(definition), input: JSON.stringify(input), ...more }),
    )
    const parsed = (text: unknown) => (typeof text === 'string' ? (JSON.parse(text) as unknown) : text)
    const seen = inspectionData && Object.entries(inspectionData).map(([name, text]) => [name, parsed(text)])
    return { ...said, ...(output && { output: parsed(output) }), ...(seen && { seen: Object.fromEntries(seen) }) }
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

const hello = { Value: 'HelloWorld' }
const called = 'arn:aws:states:::lambda:invoke'
const task = { Type: 'Task', Resource: called, Parameters: { FunctionName: 'f', 'Payload.$': '$' }, End: true }
const result = (value: unknown) => ({ mock: { result: JSON.stringify(value) } })
const failing = (error: string) => ({ mock: { errorOutput: { error, cause: 'why' } } })
const debug = { inspectionLevel: 'DEBUG' } as const

describe('TestState of one state (recorded by LocalStack)', () => {
  const both = { Type: 'Pass', InputPath: '$.a', Parameters: { 'x.$': '$.b' }, ResultPath: '$.made', End: true }
  const merged = { a: { b: 1 }, made: { x: 1 } }
  it.each<[string, object, unknown, object]>([
    [
      'a Pass state shows each step of its data',
      { Type: 'Pass', End: true },
      hello,
      {
        status: 'SUCCEEDED',
        output: hello,
        seen: {
          input: hello,
          afterInputPath: hello,
          afterParameters: hello,
          afterResultSelector: hello,
          afterResultPath: hello,
        },
      },
    ],
    [
      'paths and parameters',
      both,
      { a: { b: 1 } },
      {
        status: 'SUCCEEDED',
        output: merged,
        seen: {
          input: { a: { b: 1 } },
          afterInputPath: { b: 1 },
          afterParameters: { x: 1 },
          afterResultSelector: { x: 1 },
          afterResultPath: merged,
        },
      },
    ],
    [
      'a Result leaves the input out',
      { Type: 'Pass', Result: { r: 1 }, Next: 'Other' },
      hello,
      {
        status: 'SUCCEEDED',
        nextState: 'Other',
        output: { r: 1 },
        seen: { input: hello, result: { r: 1 }, afterResultSelector: { r: 1 }, afterResultPath: { r: 1 } },
      },
    ],
    [
      'a Fail state',
      { Type: 'Fail', Error: 'E', Cause: 'c' },
      hello,
      { status: 'FAILED', error: 'E', cause: 'c', seen: { input: hello, afterInputPath: hello } },
    ],
    [
      'a Succeed state',
      { Type: 'Succeed' },
      hello,
      { status: 'SUCCEEDED', output: hello, seen: { input: hello, afterInputPath: hello } },
    ],
    [
      'a Choice state tells its way',
      { Type: 'Choice', Choices: [{ Variable: '$.n', NumericLessThan: 30, Next: 'Few' }], Default: 'Many' },
      { n: 22 },
      {
        status: 'SUCCEEDED',
        nextState: 'Few',
        output: { n: 22 },
        seen: { input: { n: 22 }, afterInputPath: { n: 22 } },
      },
    ],
    [
      'a JSONata state shows its input only',
      { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input.Value %}', End: true },
      hello,
      { status: 'SUCCEEDED', output: 'HelloWorld', seen: { input: hello } },
    ],
  ])('%s', async (_, definition, input, said) => {
    expect(await tested(definition, { input, ...debug })).toEqual(said)
    const { seen, ...brief } = said as { seen: object }
    expect(await tested(definition, { input })).toEqual(brief)
  })

  it('Step Functions 19: TestState calls what a Task calls, with the role, and shows each step of its data', async () => {
    const Resource = await createFunction(cloud, 'greets', 'export const handler = async () => "HelloWorld!"')
    const roleArn = await createStatesRole(cloud, 'tests', ['lambda:InvokeFunction'], '*')
    const said = await tested({ Type: 'Task', Resource, End: true }, { input: hello, roleArn, ...debug })
    expect(said).toEqual({
      status: 'SUCCEEDED',
      output: 'HelloWorld!',
      seen: {
        input: hello,
        afterInputPath: hello,
        afterParameters: hello,
        result: 'HelloWorld!',
        afterResultSelector: 'HelloWorld!',
        afterResultPath: 'HelloWorld!',
      },
    })
    expect(await tested({ Type: 'Task', Resource, End: true })).toBe(
      'ValidationException: RoleArn must be specified when testing a Task state',
    )
  })

  it('finds a state of a machine by its name, and in what parts the machine has', async () => {
    const inner = { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } }
    const machine = {
      QueryLanguage: 'JSONata',
      StartAt: 'First',
      States: {
        First: { Type: 'Pass', Next: 'Each' },
        Each: { Type: 'Map', ItemProcessor: inner, End: true },
      },
    }
    const asked = { input: hello, ...debug }
    const said = { status: 'SUCCEEDED', output: hello, seen: { input: hello } }
    expect(await tested(machine, { stateName: 'First', ...asked })).toEqual({ ...said, nextState: 'Each' })
    expect(await tested(machine, { stateName: 'Item', ...asked })).toEqual(said)
    expect(await tested(machine, { stateName: 'Other' })).toBe('ValidationException: State not found in definition')
    expect(await tested({ Type: 'Odd' })).toMatch(/^InvalidDefinition: Invalid State Machine Definition: /)
  })
})

describe('TestState with a mock (recorded by LocalStack)', () => {
  const map = {
    Type: 'Map',
    QueryLanguage: 'JSONata',
    ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
    ToleratedFailureCount: 1,
    Retry: [{ ErrorEquals: ['Other'] }, { ErrorEquals: ['States.ExceedToleratedFailureThreshold'], MaxAttempts: 2 }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Handle', Output: '{% $states.errorOutput.Error %}' }],
    End: true,
  }
  const other = { StartAt: 'J', States: { J: { Type: 'Pass', End: true } } }
  const parallel = { Type: 'Parallel', Branches: [map.ItemProcessor, other], End: true }
  const exceeded = {
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  }

  it('answers for the call, and shows what the context object is told to be', async () => {
    const selecting = { ...task, ResultSelector: { 'in.$': '$$.Execution.Input', 'out.$': '$' } }
    const context = JSON.stringify({ Execution: { Input: { n: 1 } } })
    const asked = { ...result({ Payload: 'p' }), context, input: hello, ...debug }
    expect(await tested(selecting, asked)).toMatchObject({
      status: 'SUCCEEDED',
      output: { in: { n: 1 }, out: { Payload: 'p' } },
      seen: { result: { Payload: 'p' }, afterParameters: { FunctionName: 'f', Payload: hello } },
    })
  })

  it('Step Functions 19: TestState with a mocked failure says what Retry and Catch would do', async () => {
    const caring = {
      ...task,
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ['Busy', 'Odd'], ResultPath: '$.error', Next: 'Handle' }],
    }
    const busy = { error: 'Busy', cause: 'why' }
    const caught = { status: 'CAUGHT_ERROR', nextState: 'Handle', output: { error: { Error: 'Busy', Cause: 'why' } } }
    expect(
      await tested(caring, { ...failing('Busy'), stateConfiguration: { retrierRetryCount: 1 }, ...debug }),
    ).toMatchObject({
      ...busy,
      status: 'RETRIABLE',
      seen: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 6 } },
    })
    expect(
      await tested(caring, { ...failing('Busy'), stateConfiguration: { retrierRetryCount: 2 }, ...debug }),
    ).toMatchObject({ ...busy, ...caught, seen: { errorDetails: { catchIndex: 0 } } })
    expect(await tested(caring, failing('None'))).toEqual({ status: 'FAILED', error: 'None', cause: 'why' })
  })

  it('counts the failed iterations of a Map', async () => {
    const asked = (failed: number) => ({
      input: ['a', 'b', 'c'],
      ...result([1, 2, 3]),
      stateConfiguration: { mapIterationFailureCount: failed },
      ...debug,
    })
    const seen = { input: ['a', 'b', 'c'], maxConcurrency: 0, toleratedFailureCount: 1 }
    expect(await tested(map, asked(1))).toEqual({ status: 'SUCCEEDED', output: [1, 2, 3], seen })
    const errorDetails = { retryIndex: 1, retryBackoffIntervalSeconds: 1 }
    expect(await tested(map, asked(2))).toEqual({ ...exceeded, status: 'RETRIABLE', seen: { ...seen, errorDetails } })
    const { Retry, ...unretried } = map
    expect(await tested(unretried, asked(2))).toEqual({
      ...exceeded,
      status: 'CAUGHT_ERROR',
      nextState: 'Handle',
      output: exceeded.error,
      seen: { ...seen, errorDetails: { catchIndex: 0 } },
    })
    expect(await tested(map, asked(4))).toBe(
      'ValidationException: Map iteration failure count must be less than or equal to the number of Map iterations',
    )
  })

  it('tells a problem without where the execution was', async () => {
    const { QueryLanguage, Catch, ...byPath } = map
    expect(await tested(byPath, { ...result([]), input: hello })).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'Reference path "$" must point to array.',
    })
  })

  const sends = (action: string, parameter: string) => ({
    ...{ ...task, Resource: `arn:aws:states:::${action}` },
    Parameters: { [`${parameter}.$`]: '$' },
  })
  const schema = 'Mock result schema validation error:'
  it.each<[string, object, Asked]>([
    ["State type 'Pass' is not supported when a mock is specified", { Type: 'Pass', End: true }, result(1)],
    ["State type 'Fail' is not supported when a mock is specified", { Type: 'Fail' }, failing('E')],
    [
      'TestState does not support RevealSecrets when a mock is specified.',
      task,
      { ...result({}), revealSecrets: true },
    ],
    [
      'A test mock should have only one of the following fields: [result, errorOutput].',
      task,
      { mock: { result: '{}', errorOutput: { error: 'E' } } },
    ],
    ['Mocked result must be valid JSON', task, { mock: { result: 'no' } }],
    ['Mocked result must be an array.', map, result({})],
    ['Mocked result must contain the same number of items as number of Parallel branches.', parallel, result([1])],
    [
      'TestState does not support MapIterationFailureCount when a mock is not specified.',
      map,
      { stateConfiguration: { mapIterationFailureCount: 1 } },
    ],
    [`${schema} Field 'Entries' must be an array`, sends('events:putEvents', 'Entries'), result({ Entries: 'x' })],
    [
      `${schema} Field 'EventId' must be a string`,
      sends('events:putEvents', 'Entries'),
      result({ Entries: [{ EventId: 1 }] }),
    ],
    [
      `${schema} Required field 'ExecutionArn' is missing`,
      sends('states:startExecution', 'StateMachineArn'),
      result({ executionArn: 'a' }),
    ],
    [
      `${schema} Field 'StartDate' must be a string`,
      sends('states:startExecution', 'StateMachineArn'),
      result({ ExecutionArn: 'a', StartDate: true }),
    ],
    [`${schema} Field 'StatusCode' must be a number`, task, result({ StatusCode: 'x' })],
    ...(
      [
        ["'Map' field is not supported when mocking a Context object", { Map: {} }],
        ["Field 'Pokedex' is not allowed", { Pokedex: {} }],
        ["Field 'pokemon' is not allowed", { Execution: { pokemon: 1 } }],
        ['Execution.Id must be a string', { Execution: { Id: 1 } }],
        [
          "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
          { Task: { Token: 't' } },
        ],
      ] as const
    ).map(([words, context]): [string, object, Asked] => [
      `Invalid Context object provided: ${words}`,
      task,
      { ...result({}), context: JSON.stringify(context) },
    ]),
  ])('refuses: %s', async (words, definition, asked) => {
    expect(await tested(definition, asked)).toBe(`ValidationException: ${words}`)
  })

  it('refuses a Map or a Parallel state without one', async () => {
    const words = 'TestState API does not support Map or Parallel states.'
    expect(await tested(map)).toContain(`InvalidDefinition: ${words}`)
    expect(await tested(parallel)).toContain(`InvalidDefinition: ${words}`)
  })

  it('takes members that the API has not, and any where nothing is to be checked', async () => {
    expect(await tested(task, result({ random: 1 }))).toMatchObject({ output: { random: 1 } })
    const unchecked = { mock: { result: '{"StatusCode":"x"}', fieldValidationMode: 'NONE' } } as const
    expect(await tested(task, unchecked)).toMatchObject({ status: 'SUCCEEDED' })
  })
})
