import type { ServiceName } from '../service.ts'

/** How a service is recognised on the wire, and which SDK package holds its model. */
export interface CatalogEntry {
  readonly name: ServiceName
  /** npm package whose root exports the service's Smithy schemas, and the class whose settings name its protocol. */
  readonly load: (() => Promise<Record<string, unknown>>) | undefined
  readonly client: string
  /** Service name in the SigV4 credential scope. */
  readonly scope: string
  /** Prefix of `X-Amz-Target`, and service name in the path of RPC v2 CBOR. */
  readonly target?: string
  /** How its answers in Query look, where the model has lost it because the SDK speaks another protocol today. */
  readonly query?: QueryLayout
  /** Whether it refuses a request that lacks a required member before it looks at any other. */
  readonly requires?: true
  /** Errors that the service answers with and does not model: name in JSON, and code in Query. */
  readonly unmodelled?: Readonly<Record<string, string>>
  /** Code that a denied call answers with (each service has its own), and its HTTP status. */
  readonly denied: readonly [code: string, status: number]
}

export interface QueryLayout {
  readonly xmlNamespace: string
  /** Whether answers start with an XML declaration, and errors end with an empty `Detail`. */
  readonly detailed: boolean
}

const accessDeniedException = ['AccessDeniedException', 400] as const

/** The services in Smithy's terms. A package is imported at the first request that needs it. */
export const catalog: readonly CatalogEntry[] = [
  {
    name: 'sqs',
    load: () => import('@aws-sdk/client-sqs'),
    client: 'SQSClient',
    scope: 'sqs',
    target: 'AmazonSQS',
    query: { xmlNamespace: 'http://queue.amazonaws.com/doc/2012-11-05/', detailed: true },
    unmodelled: {
      AccessDeniedException: 'AccessDenied',
      InvalidParameterValueException: 'InvalidParameterValue',
      MissingRequiredParameterException: 'MissingParameter',
      ExpiredTokenException: 'ExpiredToken',
      UnrecognizedClientException: 'InvalidClientTokenId',
    },
    denied: ['AccessDeniedException', 403],
  },
  {
    name: 'sns',
    load: () => import('@aws-sdk/client-sns'),
    client: 'SNSClient',
    scope: 'sns',
    target: 'AmazonSimpleNotificationService',
    requires: true,
    denied: ['AuthorizationErrorException', 403],
  },
  {
    name: 'events',
    load: () => import('@aws-sdk/client-eventbridge'),
    client: 'EventBridgeClient',
    scope: 'events',
    target: 'AWSEvents',
    denied: accessDeniedException,
  },
  {
    name: 'scheduler',
    load: () => import('@aws-sdk/client-scheduler'),
    client: 'SchedulerClient',
    scope: 'scheduler',
    denied: ['AccessDeniedException', 403],
  },
  {
    name: 'dynamodb',
    load: () => import('@aws-sdk/client-dynamodb'),
    client: 'DynamoDBClient',
    scope: 'dynamodb',
    target: 'DynamoDB_20120810',
    denied: accessDeniedException,
  },
  {
    name: 'streams',
    load: () => import('@aws-sdk/client-dynamodb-streams'),
    client: 'DynamoDBStreamsClient',
    scope: 'dynamodb',
    target: 'DynamoDBStreams_20120810',
    denied: accessDeniedException,
  },
  {
    name: 'lambda',
    load: () => import('@aws-sdk/client-lambda'),
    client: 'LambdaClient',
    scope: 'lambda',
    denied: ['AccessDeniedException', 403],
  },
  {
    name: 'sts',
    load: () => import('@aws-sdk/client-sts'),
    client: 'STSClient',
    scope: 'sts',
    denied: ['AccessDenied', 403],
  },
  {
    name: 'iam',
    load: () => import('@aws-sdk/client-iam'),
    client: 'IAMClient',
    scope: 'iam',
    denied: ['AccessDenied', 403],
  },
  {
    name: 'monitoring',
    load: () => import('@aws-sdk/client-cloudwatch'),
    client: 'CloudWatchClient',
    scope: 'monitoring',
    target: 'GraniteServiceVersion20100801',
    unmodelled: {
      ExpiredTokenException: 'ExpiredToken',
      UnrecognizedClientException: 'InvalidClientTokenId',
      MissingAuthenticationTokenException: 'MissingAuthenticationToken',
    },
    denied: ['AccessDenied', 403],
  },
  {
    name: 'logs',
    load: () => import('@aws-sdk/client-cloudwatch-logs'),
    client: 'CloudWatchLogsClient',
    scope: 'logs',
    target: 'Logs_20140328',
    denied: accessDeniedException,
  },
  {
    name: 'ssm',
    load: () => import('@aws-sdk/client-ssm'),
    client: 'SSMClient',
    scope: 'ssm',
    target: 'AmazonSSM',
    denied: accessDeniedException,
  },
  {
    name: 'kms',
    load: () => import('@aws-sdk/client-kms'),
    client: 'KMSClient',
    scope: 'kms',
    target: 'TrentService',
    denied: accessDeniedException,
  },
  {
    name: 's3',
    load: () => import('@aws-sdk/client-s3'),
    client: 'S3Client',
    scope: 's3',
    denied: ['AccessDenied', 403],
  },
  {
    name: 'states',
    load: () => import('@aws-sdk/client-sfn'),
    client: 'SFNClient',
    scope: 'states',
    target: 'AWSStepFunctions',
    denied: accessDeniedException,
  },
  {
    name: 'cloudformation',
    load: () => import('@aws-sdk/client-cloudformation'),
    client: 'CloudFormationClient',
    scope: 'cloudformation',
    denied: ['AccessDenied', 403],
  },
]

export const deniedBy = (service: ServiceName): readonly [code: string, status: number] =>
  catalog.find((entry) => entry.name === service)?.denied ?? accessDeniedException
