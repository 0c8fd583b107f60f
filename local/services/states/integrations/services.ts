import type { ServiceName } from '../../../service.ts'
import type { Pattern } from './resource.ts'

/** An integration that Step Functions has made for itself. */
export interface Optimized {
  readonly service: ServiceName
  /** Action here, by Step Functions' name. */
  readonly actions: Readonly<Record<string, string>>
  /** Prefix of error names. */
  readonly errors: string
  /** The service in causes. */
  readonly named: string
  readonly patterns: readonly Pattern[]
  /** Parameters that take any JSON, which is sent as its text. */
  readonly texts: readonly string[]
  /** Parameters that a definition must give, by action (measured in September 2026; two of DynamoDB's by analogy). */
  readonly required: Readonly<Record<string, readonly string[]>>
}

const waits: readonly Pattern[] = ['requestResponse', 'waitForTaskToken']

/** By the name in the resource's ARN. */
export const optimized: Readonly<Record<string, Optimized>> = {
  lambda: {
    service: 'lambda',
    actions: { invoke: 'Invoke' },
    errors: 'Lambda',
    named: 'AWSLambda',
    patterns: waits,
    texts: [],
    required: { invoke: ['FunctionName'] },
  },
  sqs: {
    service: 'sqs',
    actions: { sendMessage: 'SendMessage' },
    errors: 'SQS',
    named: 'AmazonSQS',
    patterns: waits,
    texts: ['MessageBody'],
    required: { sendMessage: ['QueueUrl', 'MessageBody'] },
  },
  sns: {
    service: 'sns',
    actions: { publish: 'Publish' },
    errors: 'SNS',
    named: 'AmazonSNS',
    patterns: waits,
    texts: ['Message'],
    required: { publish: ['Message'] },
  },
  events: {
    service: 'events',
    actions: { putEvents: 'PutEvents' },
    errors: 'EventBridge',
    named: 'AmazonEventBridge',
    patterns: waits,
    texts: ['Detail'],
    required: { putEvents: ['Entries'] },
  },
  dynamodb: {
    service: 'dynamodb',
    actions: { getItem: 'GetItem', putItem: 'PutItem', updateItem: 'UpdateItem', deleteItem: 'DeleteItem' },
    errors: 'DynamoDB',
    named: 'AmazonDynamoDBv2',
    patterns: ['requestResponse'],
    texts: [],
    required: {
      putItem: ['TableName', 'Item'],
      getItem: ['TableName', 'Key'],
      updateItem: ['TableName', 'Key'],
      deleteItem: ['TableName', 'Key'],
    },
  },
  states: {
    service: 'states',
    actions: { startExecution: 'StartExecution' },
    errors: 'StepFunctions',
    named: 'AWSStepFunctions',
    patterns: ['requestResponse', 'sync', 'sync:2', 'waitForTaskToken'],
    texts: ['Input'],
    required: { startExecution: ['StateMachineArn'] },
  },
}

/** The class of an error that the service does not model, as version 1 of AWS's Java SDK calls it. */
export const genericError: Readonly<Record<string, string>> = {
  AmazonDynamoDBv2: 'AmazonDynamoDBException',
  AWSLambda: 'AWSLambdaException',
  AmazonSQS: 'AmazonSQSException',
  AmazonSNS: 'AmazonSNSException',
  AmazonEventBridge: 'AmazonEventBridgeException',
  AWSStepFunctions: 'AWSStepFunctionsException',
}

/** Services of SDK integrations: the name in the ARN, ours, and the one in error names and causes. */
export const sdkServices: Readonly<Record<string, readonly [ServiceName, string]>> = {
  sqs: ['sqs', 'Sqs'],
  sns: ['sns', 'Sns'],
  eventbridge: ['events', 'EventBridge'],
  scheduler: ['scheduler', 'Scheduler'],
  dynamodb: ['dynamodb', 'DynamoDb'],
  dynamodbstreams: ['streams', 'DynamoDbStreams'],
  lambda: ['lambda', 'Lambda'],
  sts: ['sts', 'Sts'],
  iam: ['iam', 'Iam'],
  cloudwatch: ['monitoring', 'CloudWatch'],
  cloudwatchlogs: ['logs', 'CloudWatchLogs'],
  ssm: ['ssm', 'Ssm'],
  kms: ['kms', 'Kms'],
  sfn: ['states', 'Sfn'],
  cloudformation: ['cloudformation', 'CloudFormation'],
}
