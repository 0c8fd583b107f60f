import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'

/** Endpoint, region and credentials come from the environment. */
export const dynamoClient = (): DynamoDBClient => new DynamoDBClient({})

/** Queue URLs name the queue, not the endpoint: AWS_ENDPOINT_URL decides where requests go. */
export const sqsClient = (): SQSClient => new SQSClient({ useQueueUrlAsEndpoint: false })

/** The part of a client's middleware stack that takes a step out. */
interface Steps {
  readonly middlewareStack: { remove(name: string): boolean }
}

/**
 * A client whose calls begin a new chain. The SDK hands on the chain that an invocation is part of, and Lambda stops a function that has
 * come up in one about 16 times (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html): wrong for rounds that are meant.
 */
export function unchained<C extends Steps>(client: C): C {
  client.middlewareStack.remove('recursionDetectionMiddleware')
  return client
}
