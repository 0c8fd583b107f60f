import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { startTestCloud } from '../../support/cloud.ts'

afterEach(() => void vi.restoreAllMocks())

describe('the region of a local cloud', () => {
  it('is its own in every ARN, and a client of another region is told so once', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const cloud = await startTestCloud({ region: 'eu-west-1' })
    const options = { endpoint: cloud.endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
    const foreign = { ...options, region: 'eu-west-2' }
    const home = { ...options, region: 'eu-west-1' }
    const { QueueUrl } = await new SQSClient(home).send(new CreateQueueCommand({ QueueName: 'q' }))
    expect(warned).not.toHaveBeenCalled()
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] })
    const { Attributes } = await new SQSClient(foreign).send(asked)
    await new STSClient(foreign).send(new GetCallerIdentityCommand({}))
    await cloud.stop()
    expect(Attributes?.QueueArn).toBe('arn:aws:sqs:eu-west-1:000000000000:q')
    expect(warned.mock.calls).toEqual([
      [expect.stringContaining("signed for region 'eu-west-2' are answered as eu-west-1"), 'PenstockRegion'],
    ])
  })
})
