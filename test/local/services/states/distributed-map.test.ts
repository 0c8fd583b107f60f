import {
  DeleteStateMachineCommand,
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StatesCloud, single, startStatesCloud } from './support.ts'

const choice = (n: number) => ({
  StartAt: 'C',
  States: {
    C: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: n, Next: 'F' }], Default: 'P' },
    F: { Type: 'Fail', Error: 'Bad', Cause: 'this one' },
    P: { Type: 'Pass', End: true },
  },
})

const distributed = (processor: object, more: object = {}) =>
  single({
    Type: 'Map',
    Label: 'Work',
    ItemProcessor: { ...processor, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
    End: true,
    ...more,
  })

describe('a distributed Map', () => {
  let on: StatesCloud
  beforeAll(async () => {
    on = await startStatesCloud()
  })
  afterAll(() => on.stop())

  const mapRun = async (executionArn: string) => {
    const { mapRuns } = await on.sfn.send(new ListMapRunsCommand({ executionArn }))
    return on.sfn.send(new DescribeMapRunCommand({ mapRunArn: mapRuns?.[0]?.mapRunArn }))
  }

  it('Step Functions 6: runs each item as an execution of its own, which leaves the history alone', async () => {
    const ran = await on.run(distributed(choice(-1)), [1, 2, 3])
    expect(ran.output).toEqual([1, 2, 3])
    expect(ran.types).toHaveLength(8)
    const run = await mapRun(ran.arn)
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { succeeded: 3, total: 3 },
      executionCounts: { succeeded: 3 },
    })
    expect(run.mapRunArn).toMatch(/:mapRun:machine-\d+\/Work:[\w-]+$/)
    const { executions = [] } = await on.sfn.send(new ListExecutionsCommand({ mapRunArn: run.mapRunArn }))
    expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'])
    expect(executions[0]?.stateMachineArn).toMatch(/:stateMachine:machine-\d+\/Work$/)
    const { events } = await on.sfn.send(new GetExecutionHistoryCommand({ executionArn: executions[0]?.executionArn }))
    expect(events?.map(({ type }) => type)).toContain('PassStateEntered')
  })

  it('fails with its first failure, and counts it', async () => {
    const ran = await on.run(distributed(choice(2), { MaxConcurrency: 1 }), [1, 2, 3])
    expect(ran).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    })
    expect(ran.types.slice(-3)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed'])
    expect(await mapRun(ran.arn)).toMatchObject({
      status: 'FAILED',
      itemCounts: { succeeded: 1, failed: 1, pending: 1 },
    })
  })

  it.each([
    ['a count', { ToleratedFailureCount: 1 }],
    ['a percentage', { ToleratedFailurePercentage: 34 }],
    ['a count by path', { ItemsPath: '$.items', ToleratedFailureCountPath: '$.most' }],
  ])('tolerates failures up to %s', async (_, more) => {
    const items = [1, 2, 3]
    const input = 'ItemsPath' in more ? { items, most: 1 } : items
    expect((await on.run(distributed(choice(2), more), input)).output).toEqual([1, 3])
  })

  it('goes on when its state machine is deleted meanwhile', async () => {
    const wait = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 10, End: true } } }
    const stateMachineArn = await on.machine(distributed(wait, { MaxConcurrency: 1 }))
    const arn = await on.start(stateMachineArn, [1, 2])
    await on.look(arn)
    await on.sfn.send(new DeleteStateMachineCommand({ stateMachineArn }))
    await on.clock.advance(20_000)
    expect((await on.look(arn)).output).toEqual([1, 2])
  })

  it('puts items into batches', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { 'from.$': '$$.Execution.Name' } }
    const pass = { StartAt: 'P', States: { P: { Type: 'Pass', OutputPath: '$.Items', End: true } } }
    const ran = await on.run(distributed(pass, { ItemBatcher }), [1, 2, 3])
    expect(ran.output).toEqual([[1, 2], [3]])
    expect(await mapRun(ran.arn)).toMatchObject({ executionCounts: { total: 2 }, itemCounts: { total: 3 } })
  })
})
