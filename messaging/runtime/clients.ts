import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'

/** Endpoint, region and credentials come from the environment. */
export const dynamoClient = (): DynamoDBClient => new DynamoDBClient({})

/** Queue URLs name the queue, not the endpoint: AWS_ENDPOINT_URL decides where requests go. */
export const sqsClient = (): SQSClient => new SQSClient({ useQueueUrlAsEndpoint: false })
