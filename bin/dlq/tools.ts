import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'

/** What the work on dead letters needs of the outside. */
export interface Tools {
  readonly sqs: SQSClient
  readonly sns: SNSClient
  readonly events: EventBridgeClient
  readonly scheduler: SchedulerClient
  readonly lambda: LambdaClient
  readonly streams: DynamoDBStreamsClient
  /** Epoch milliseconds. */
  now(): number
  wait(ms: number): Promise<void>
}

/** Endpoint, region and credentials are those of the environment. */
export function openTools(): Tools {
  return {
    sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
    sns: new SNSClient({}),
    events: new EventBridgeClient({}),
    scheduler: new SchedulerClient({}),
    lambda: new LambdaClient({}),
    streams: new DynamoDBStreamsClient({}),
    now: () => Date.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }
}
