import { DescribeExecutionCommand, RedriveExecutionCommand } from '@aws-sdk/client-sfn'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StatesCloud, single, startStatesCloud } from './support.ts'

describe('RedriveExecution', () => {
  let on: StatesCloud
  let sqs: SQSClient
  beforeAll(async () => {
    on = await startStatesCloud()
    sqs = on.cloud.client(SQSClient)
  })
  afterAll(() => on.stop())

  const url = (name: string) => `${on.cloud.endpoint}/000000000000/${name}`
  const send = (queue: string, more: object = { End: true }) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage',
    Parameters: { QueueUrl: url(queue), 'MessageBody.$': 'States.JsonToString($)' },
    ResultPath: null,
    ...more,
  })
  const create = (QueueName: string) => sqs.send(new CreateQueueCommand({ QueueName }))
  const bodies = async (name: string): Promise<string[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url(name), MaxNumberOfMessages: 10 }),
    )
    return Messages.map(({ Body = '' }) => Body)
  }
  const redrive = async (executionArn: string) => {
    await on.sfn.send(new RedriveExecutionCommand({ executionArn }))
    return on.look(executionArn)
  }

  it('goes on at the state that failed, with its input and variables', async () => {
    await create('before')
    const States = {
      A: { Type: 'Pass', Assign: { kept: 7 }, Next: 'B' },
      B: send('before', { Next: 'C' }),
      C: send('late', { Next: 'D' }),
      D: { Type: 'Pass', Parameters: { 'kept.$': '$kept', 'n.$': '$.n' }, End: true },
    }
    const failed = await on.run({ StartAt: 'A', States }, { n: 1 })
    expect(failed.status).toBe('FAILED')
    await create('late')
    const ran = await redrive(failed.arn)
    expect(ran).toMatchObject({ status: 'SUCCEEDED', output: { kept: 7, n: 1 }, error: undefined, cause: undefined })
    expect(await bodies('before')).toHaveLength(1)
    expect(ran.types.slice(failed.types.length, failed.types.length + 2)).toEqual([
      'ExecutionRedriven',
      'TaskStateEntered',
    ])
    expect(await on.sfn.send(new DescribeExecutionCommand({ executionArn: failed.arn }))).toMatchObject({
      redriveCount: 1,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    })
  })

  it('runs only the branches and iterations again that were not done', async () => {
    await create('done')
    const choice = {
      Type: 'Choice',
      Choices: [{ Variable: '$', NumericEquals: 2, Next: 'Missing' }],
      Default: 'Done',
    }
    const processor = { StartAt: 'C', States: { C: choice, Done: send('done'), Missing: send('missing') } }
    const failed = await on.run(
      single({ Type: 'Map', MaxConcurrency: 1, ItemProcessor: processor, End: true }),
      [1, 2, 3],
    )
    expect(failed.status).toBe('FAILED')
    await create('missing')
    expect(await redrive(failed.arn)).toMatchObject({ status: 'SUCCEEDED', output: [1, 2, 3] })
    expect((await bodies('done')).sort()).toEqual(['1', '3'])
    expect(await bodies('missing')).toEqual(['2'])
  })

  it('is refused for an execution that runs or succeeded', async () => {
    const { arn } = await on.run(single({ Type: 'Succeed' }))
    await expect(on.sfn.send(new RedriveExecutionCommand({ executionArn: arn }))).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
      message: 'Execution is SUCCEEDED and cannot be redriven',
    })
  })
})
