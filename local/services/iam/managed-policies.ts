import type { PolicyDocument } from '../../service.ts'

const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const allow = (...actions: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
})

/**
 * AWS's own managed policies that are built in, by the path and name after `arn:aws:iam::aws:policy/`, with the contents of the
 * "AWS Managed Policy Reference Guide". Any other is refused by name.
 */
const contents: Readonly<Record<string, PolicyDocument>> = {
  AdministratorAccess: allow('*'),
  'service-role/AWSLambdaBasicExecutionRole': allow(...logs),
  'service-role/AWSLambdaSQSQueueExecutionRole': allow(
    ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    ...logs,
  ),
  'service-role/AWSLambdaDynamoDBExecutionRole': allow(
    ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    ...logs,
  ),
  'service-role/AWSLambdaRole': allow('lambda:InvokeFunction'),
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': allow(
    ...['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogGroups', 'logs:DescribeLogStreams'],
    ...['logs:PutLogEvents', 'logs:GetLogEvents', 'logs:FilterLogEvents'],
  ),
  AWSXRayDaemonWriteAccess: allow(
    ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules'],
    ...['xray:GetSamplingTargets', 'xray:GetSamplingStatisticSummaries'],
  ),
  CloudWatchLambdaInsightsExecutionRolePolicy: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'logs:CreateLogGroup', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: 'arn:aws:logs:*:*:log-group:/aws/lambda-insights:*',
      },
    ],
  },
}

const prefix = 'arn:aws:iam::aws:policy/'

/** The ARNs of the built-in policies. */
export const awsManagedPolicies = (): string[] => Object.keys(contents).map((name) => prefix + name)

export function awsManagedPolicy(arn: string): PolicyDocument | undefined {
  return arn.startsWith(prefix) ? contents[arn.slice(prefix.length)] : undefined
}
