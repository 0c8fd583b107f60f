import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFunction } from '../lambda/support/function.ts'
import { refusal } from '../sns/support.ts'
import { startSchedulerCloud } from './support.ts'

const sdk = (call: string): string => `arn:aws:scheduler:::aws-sdk:${call}`

describe('a schedule that calls any action', () => {
  let on: Awaited<ReturnType<typeof startSchedulerCloud>>
  beforeEach(async () => {
    on = await startSchedulerCloud()
  })
  afterEach(() => on.stop())

  const once = (Name: string, Arn: string, input: object, action = '*', more: object = {}) =>
    on.role(`${Name}-role`, action).then((RoleArn) =>
      on.schedule(Name, Arn, {
        ScheduleExpression: 'at(2026-01-01T01:00:00)',
        Target: { Arn, RoleArn, Input: JSON.stringify(input), ...more },
      }),
    )

  it('gives it the input as its parameters', async () => {
    const queue = await on.queue('direct')
    const MessageBody = 'at <aws.scheduler.scheduled-time>'
    await once('send', sdk('sqs:sendMessage'), { QueueUrl: queue.url, MessageBody }, 'sqs:SendMessage')
    await once('create', sdk('sqs:createQueue'), { QueueName: 'made' }, 'sqs:CreateQueue')
    await on.clock.advance(3_600_000)
    expect(await on.bodies(queue.url)).toEqual(['at 2026-01-01T01:00:00Z'])
    expect((await on.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'made' }))).QueueUrls).toHaveLength(1)
  })

  it('makes bytes of text where the action takes bytes', async () => {
    const queue = await on.queue('payloads')
    const source = `import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs'
      export const handler = async ({ id }) => {
        await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: id }))
      }`
    const FunctionName = await createFunction(on.cloud, 'noted', source, {
      actions: ['sqs:SendMessage'],
      Environment: { Variables: { QUEUE: queue.url } },
    })
    await once('invoke', sdk('lambda:invoke'), { FunctionName, InvocationType: 'Event', Payload: '{"id":"one"}' })
    await on.clock.advance(3_600_000)
    expect(await on.bodies(queue.url)).toEqual(['one'])
  })

  it('needs the leave of its role, and parameters that the action has', async () => {
    const letters = await on.queue('letters')
    const DeadLetterConfig = { Arn: letters.arn }
    const parameters = { QueueUrl: letters.url, MessageBody: 'never' }
    await once('denied', sdk('sqs:deleteQueue'), { QueueUrl: letters.url }, 'sqs:SendMessage', { DeadLetterConfig })
    await once('unknown', sdk('sqs:sendMessage'), { ...parameters, Nonsense: 1 }, '*', { DeadLetterConfig })
    await on.clock.advance(3_600_000)
    const messages = await on.received(letters.url)
    expect(messages.map(({ MessageAttributes }) => MessageAttributes?.ERROR_CODE?.StringValue).sort()).toEqual([
      'INVALID_PARAMETER',
      'NO_PERMISSIONS',
    ])
  })

  it('is refused for actions that only read, and for those that are not here', async () => {
    expect(await refusal(once('reads', sdk('sqs:getQueueUrl'), {}))).toMatchObject({ code: 'ValidationException' })
    expect((await refusal(once('absent', sdk('rds:stopDBCluster'), {}))).message).toContain(
      'schedules that call rds:stopDBCluster',
    )
    expect((await refusal(once('missing', sdk('sqs:fly'), {}))).message).toContain('schedules that call sqs:fly')
  })
})
