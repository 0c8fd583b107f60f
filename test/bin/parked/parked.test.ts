import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queueUrlOf } from '../../../bin/dlq/send-back.ts'
import type { Envelope } from '../../../messaging/envelope.ts'
import { exampleApp } from '../../lib/example/app.ts'
import { envelope } from '../../messaging/support.ts'
import { startTestCloud, type TestCloud } from '../../support/cloud.ts'

const PENSTOCK = fileURLToPath(new URL('../../../bin/penstock.ts', import.meta.url))
const run = promisify(execFile)

let cloud: TestCloud
beforeAll(async () => {
  cloud = await startTestCloud({ clock: 'auto' })
  await cloud.deploy(exampleApp().synth().directory)
}, 60_000)
afterAll(() => cloud.stop())

/** Runs the command line as a person would, against the cloud's endpoint. */
async function penstock(...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: cloud.region,
    NO_COLOR: '1',
  }
  const all = [PENSTOCK, ...args, '--app', 'ex', '--endpoint', cloud.endpoint]
  try {
    return { ...(await run(process.execPath, all, { env })), code: 0 }
  } catch (error) {
    return error as { stdout: string; stderr: string; code: number }
  }
}

const send = async (queue: string, overrides: Partial<Envelope>) => {
  const QueueUrl = queueUrlOf(`arn:aws:sqs:${cloud.region}:000000000000:${queue}`)
  const time = new Date(cloud.clock.now()).toISOString()
  const message = envelope({ time, data: { orderId: overrides.id, country: 'EIRE' }, ...overrides })
  const fifo = queue.endsWith('.fifo') && { MessageGroupId: message.partitionkey, MessageDeduplicationId: message.id }
  await cloud
    .client(SQSClient)
    .send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), ...fifo }))
  await cloud.clock.idle()
}

describe('penstock parked', () => {
  it('lists, shows, resumes and skips what is parked', async () => {
    const old = new Date(cloud.clock.now() - 40 * 86_400_000).toISOString()
    const type = 'orders.OrderChanged'
    await send('ex-shipping-follow-order.fifo', { id: 'a1', partitionkey: 'a', type, time: old, seq: 1 })
    await send('ex-shipping-follow-order.fifo', { id: 'a2', partitionkey: 'a', type, seq: 2 })
    await send('ex-shipping-follow-order.fifo', { id: 'b1', partitionkey: 'b', type, seq: 1, dataversion: 9 })

    const groups = JSON.parse((await penstock('parked', 'ls', '--json')).stdout)
    expect(groups).toMatchObject([
      { owner: { id: 'shipping.follow-order' }, group: 'a', parked: 2, head: { code: 'TooOldToProve' } },
      {
        group: 'b',
        parked: 1,
        head: { code: 'NewerVersion', reason: 'needs orders.OrderChanged version 9; this consumer reads up to 1' },
      },
    ])
    const { stdout } = await penstock('parked', 'show', 'shipping.follow-order', 'a')
    expect(stdout.indexOf('TooOldToProve')).toBeLessThan(stdout.indexOf('BehindParked'))

    const stopped = await penstock('parked', 'resume', 'shipping.follow-order', 'a')
    expect(stopped).toMatchObject({ code: 1, stderr: 'penstock: 1 of 1 groups are parked still.\n' })
    expect(stopped.stdout).toMatch(/a: 0 resumed, stopped at \d+ by Park\/TooOldToProve/)
    const applied = await penstock('parked', 'resume', 'shipping.follow-order', 'a', '--apply')
    expect(applied).toMatchObject({ code: 0, stdout: 'shipping.follow-order a: 2 resumed\n' })
    const { Items = [] } = await cloud.client(DynamoDBClient).send(new ScanCommand({ TableName: 'ex-shipping' }))
    const keys = Items.map(({ pk, sk }) => [pk?.S ?? '', sk?.S ?? ''])
    expect(
      keys
        .map(([pk]) => pk)
        .filter((pk) => pk?.startsWith('seen#'))
        .sort(),
    ).toEqual(['seen#follow-order#a1', 'seen#follow-order#a2'])

    const place = keys.find(([, sk]) => sk?.startsWith('message#'))?.[1]?.slice('message#'.length) ?? ''
    expect((await penstock('parked', 'skip', 'shipping.follow-order', 'b', '--place', place)).stdout).toMatch(
      /^skipped/,
    )
    const shown = await penstock('dlq', 'show', 'shipping.follow-order', '--filter', 'class=Dead/Skipped')
    expect(shown.stdout).toMatch(/b1 {2}orders.OrderChanged\n {2}Dead\/Skipped: skipped by an operator; .*version 9/)
  })

  it('names the consumers where one is not known', async () => {
    const { code, stderr } = await penstock('parked', 'show', 'nobody', 'a')
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^penstock: There is no consumer nobody. Consumers and relays of ex: .*shipping.follow-order/,
      ),
    ])
  })
})
