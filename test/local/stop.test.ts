import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from 'vitest'
import { startCloud } from '../../local/cloud.ts'

describe('a stopped cloud', () => {
  const warnings: Error[] = []
  const note = (warning: Error) => void warnings.push(warning)
  process.on('warning', note)
  afterEach(() => void process.off('warning', note))

  it('stops twice as well as once, frees its port and answers nobody', async () => {
    const first = await startCloud({ clock: 'manual' })
    await Promise.all([first.stop(), first.stop()])
    const second = await startCloud({ clock: 'manual', port: first.port })
    const client = new SQSClient({
      endpoint: second.endpoint,
      region: second.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    })
    await client.send(new CreateQueueCommand({ QueueName: 'q' }))
    await second.stop()
    await expect(client.send(new CreateQueueCommand({ QueueName: 'q' }))).rejects.toThrow()
    client.destroy()
    expect(warnings.filter(({ name }) => name === 'PenstockDefect')).toEqual([])
  })

  it('says which port is taken', async () => {
    const cloud = await startCloud({ clock: 'manual' })
    await expect(startCloud({ clock: 'manual', port: cloud.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await cloud.stop()
  })
})
