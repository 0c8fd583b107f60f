import {
  CreateActivityCommand,
  DeleteActivityCommand,
  DescribeActivityCommand,
  GetActivityTaskCommand,
  ListActivitiesCommand,
  ListTagsForResourceCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  TagResourceCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StatesCloud, startStatesCloud } from './support.ts'

/** Activities, as LocalStack's tests recorded them from AWS in March 2024; times as the page of the Task state tells them. */

let states: StatesCloud
beforeAll(async () => {
  states = await startStatesCloud()
})
afterAll(() => states.stop())

let count = 0
async function activity(): Promise<string> {
  const { activityArn = '' } = await states.sfn.send(new CreateActivityCommand({ name: `activity-${++count}` }))
  return activityArn
}
const taskOf = (Resource: string, more: object = {}) => ({
  StartAt: 'ActivityTask',
  States: { ActivityTask: { Type: 'Task', Resource, End: true, ...more } },
})
const startTask = async (arn: string, more: object = {}) =>
  states.start(await states.machine(taskOf(arn, more)), { Value1: 'HelloWorld' })
const poll = (activityArn: string, workerName?: string) =>
  states.sfn.send(new GetActivityTaskCommand({ activityArn, ...(workerName && { workerName }) }))
const minutes = (amount: number) => states.clock.advance(amount * 60_000)

describe('the life of an activity', () => {
  it('is created once, described, tagged, listed and deleted, twice if need be', async () => {
    const { sfn } = states
    const name = 'life'
    const first = await sfn.send(new CreateActivityCommand({ name, tags: [{ key: 'team', value: 'orders' }] }))
    const again = await sfn.send(new CreateActivityCommand({ name }))
    expect([again.activityArn, again.creationDate]).toEqual([first.activityArn, first.creationDate])
    const activityArn = first.activityArn ?? ''
    expect(await sfn.send(new DescribeActivityCommand({ activityArn }))).toMatchObject({ activityArn, name })
    await sfn.send(new TagResourceCommand({ resourceArn: activityArn, tags: [{ key: 'tier', value: '1' }] }))
    expect((await sfn.send(new ListTagsForResourceCommand({ resourceArn: activityArn }))).tags).toEqual([
      { key: 'team', value: 'orders' },
      { key: 'tier', value: '1' },
    ])
    const { activities } = await sfn.send(new ListActivitiesCommand({}))
    expect(activities).toContainEqual({ activityArn, name, creationDate: first.creationDate })
    await sfn.send(new DeleteActivityCommand({ activityArn }))
    await sfn.send(new DeleteActivityCommand({ activityArn }))
    const gone = { name: 'ActivityDoesNotExist', message: `Activity Does Not Exist: '${activityArn}'` }
    await expect(sfn.send(new DescribeActivityCommand({ activityArn }))).rejects.toMatchObject(gone)
    await expect(poll(activityArn)).rejects.toMatchObject(gone)
  })

  it('has a name without blanks and signs', async () => {
    await expect(
      states.sfn.send(new CreateActivityCommand({ name: 'TestActivity InvalidName$' })),
    ).rejects.toMatchObject({ name: 'InvalidName', message: "Invalid Name: 'TestActivity InvalidName$'" })
  })

  it('is no task of an Express state machine', async () => {
    const { diagnostics } = await states.sfn.send(
      new ValidateStateMachineDefinitionCommand({
        definition: JSON.stringify(taskOf(await activity())),
        type: 'EXPRESS',
      }),
    )
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining('does not support Activity ARN') }])
  })
})

describe('the task of an activity', () => {
  it('goes to a worker, whose answer is its result', async () => {
    const arn = await activity()
    const execution = await startTask(arn)
    const { taskToken, input } = await poll(arn, 'worker')
    expect(JSON.parse(input ?? '')).toEqual({ Value1: 'HelloWorld' })
    await states.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"done":true}' }))
    const { status, output, events } = await states.look(execution)
    expect([status, output]).toEqual(['SUCCEEDED', { done: true }])
    const told = { input: '{"Value1":"HelloWorld"}', inputDetails: { truncated: false }, resource: arn }
    expect(events.slice(1, 6)).toMatchObject([
      { type: 'TaskStateEntered' },
      { type: 'ActivityScheduled', previousEventId: 2, activityScheduledEventDetails: told },
      { type: 'ActivityStarted', previousEventId: 3, activityStartedEventDetails: { workerName: 'worker' } },
      { type: 'ActivitySucceeded', activitySucceededEventDetails: { output: '{"done":true}' } },
      { type: 'TaskStateExited' },
    ])
  })

  it('goes to the worker that waits longest; one that waits a minute in vain gets no token', async () => {
    const arn = await activity()
    const polls = [poll(arn, 'first'), poll(arn, 'second')]
    await states.clock.settle()
    const execution = await startTask(arn)
    expect((await polls[0])?.taskToken).toEqual(expect.any(String))
    await minutes(1)
    expect((await polls[1])?.taskToken).toBeUndefined()
    const { events } = await states.look(execution)
    expect(events.at(-1)).toMatchObject({ activityStartedEventDetails: { workerName: 'first' } })
  })

  it("fails with the worker's words", async () => {
    const arn = await activity()
    const execution = await startTask(arn)
    const { taskToken } = await poll(arn)
    await states.sfn.send(new SendTaskFailureCommand({ taskToken, error: 'Programmatic Error', cause: 'why' }))
    const { error, cause, events } = await states.look(execution)
    expect([error, cause]).toEqual(['Programmatic Error', 'why'])
    expect(events.slice(3, 5)).toMatchObject([
      { type: 'ActivityStarted', activityStartedEventDetails: {} },
      { type: 'ActivityFailed', activityFailedEventDetails: { error: 'Programmatic Error', cause: 'why' } },
    ])
  })

  it('fails where the activity was deleted', async () => {
    const arn = await activity()
    await states.sfn.send(new DeleteActivityCommand({ activityArn: arn }))
    const { error, cause, types } = await states.look(await startTask(arn))
    expect([error, cause]).toEqual([
      'States.Runtime',
      `An error occurred while executing the state 'ActivityTask' (entered at the event id #2). The activity ${arn} does not exist.`,
    ])
    expect(types).toEqual(['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed'])
  })

  it('counts its time from the moment a worker takes it', async () => {
    const arn = await activity()
    const execution = await startTask(arn, { TimeoutSeconds: 5 })
    await minutes(10)
    const { taskToken } = await poll(arn)
    await states.clock.advance(5_000)
    const { error, types, events } = await states.look(execution)
    expect(error).toBe('States.Timeout')
    expect(types.slice(2, 5)).toEqual(['ActivityScheduled', 'ActivityStarted', 'ActivityTimedOut'])
    expect(events[2]).toMatchObject({ activityScheduledEventDetails: { timeoutInSeconds: 5 } })
    await expect(states.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))).rejects.toMatchObject({
      name: 'TaskTimedOut',
    })
  })

  it('lives on by heartbeats', async () => {
    const arn = await activity()
    const execution = await startTask(arn, { TimeoutSeconds: 60, HeartbeatSeconds: 10 })
    await minutes(10)
    const { taskToken } = await poll(arn)
    for (const _ of [1, 2, 3]) {
      await states.clock.advance(8_000)
      await states.sfn.send(new SendTaskHeartbeatCommand({ taskToken }))
    }
    await states.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '1' }))
    expect(await states.look(execution)).toMatchObject({ status: 'SUCCEEDED', output: 1 })
  })

  it('is taken back when its execution is stopped', async () => {
    const arn = await activity()
    const machine = await states.machine({ ...taskOf(arn), TimeoutSeconds: 5 })
    await states.start(machine)
    await states.clock.advance(6_000)
    const waiting = poll(arn)
    await minutes(1)
    expect((await waiting).taskToken).toBeUndefined()
  })
})
