import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Tools } from '../../../bin/dlq/tools.ts'
import type { TestCloud } from '../../support/cloud.ts'

/** The tools of the command line on a test cloud, in its time. */
export const toolsOn = (cloud: TestCloud): Tools => ({
  sqs: cloud.client(SQSClient),
  sns: cloud.client(SNSClient),
  events: cloud.client(EventBridgeClient),
  scheduler: cloud.client(SchedulerClient),
  lambda: cloud.client(LambdaClient),
  streams: cloud.client(DynamoDBStreamsClient),
  now: () => cloud.clock.now(),
  wait: async (ms) => {
    if (cloud.clock.mode === 'manual') await cloud.clock.advance(ms)
    else await new Promise<void>((resolve) => cloud.clock.after(ms, 'a test waits', resolve))
  },
})
