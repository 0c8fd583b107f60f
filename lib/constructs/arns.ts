import { ArnFormat, Aws, Fn, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/**
 * ARNs and URLs made of physical names, so that stacks find each other's resources without exports: an export in use can never
 * be changed.
 */
const arn = (scope: Construct, service: string, resource: string): string =>
  Stack.of(scope).formatArn({ service, resource, arnFormat: ArnFormat.NO_RESOURCE_NAME })

export const queueArn = (scope: Construct, name: string): string => arn(scope, 'sqs', name)
export const topicArn = (scope: Construct, name: string): string => arn(scope, 'sns', name)
export const busArn = (scope: Construct, name: string): string => arn(scope, 'events', `event-bus/${name}`)
export const ruleArn = (scope: Construct, bus: string, name: string): string =>
  arn(scope, 'events', `rule/${bus}/${name}`)
/** Of a rule on the account's default bus, which the ARN does not name: there the clock's rules and AWS's own events are. */
export const defaultRuleArn = (scope: Construct, name: string): string => arn(scope, 'events', `rule/${name}`)
export const functionArn = (scope: Construct, name: string): string => arn(scope, 'lambda', `function:${name}`)

/** @param id that Lambda gave it */
export const eventSourceMappingArn = (scope: Construct, id: string): string =>
  arn(scope, 'lambda', `event-source-mapping:${id}`)

/** Of a function's version or alias. */
export const qualifiedArn = (scope: Construct, name: string, qualifier: string): string =>
  arn(scope, 'lambda', `function:${name}:${qualifier}`)
export const tableArn = (scope: Construct, name: string): string => arn(scope, 'dynamodb', `table/${name}`)
export const machineArn = (scope: Construct, name: string): string => arn(scope, 'states', `stateMachine:${name}`)
export const executionsArn = (scope: Construct, machine: string): string =>
  arn(scope, 'states', `execution:${machine}:*`)

/** Of all schedules in a group. */
export const scheduleArns = (scope: Construct, group: string): string => arn(scope, 'scheduler', `schedule/${group}/*`)
export const scheduleGroupArn = (scope: Construct, group: string): string =>
  arn(scope, 'scheduler', `schedule-group/${group}`)
export const roleArn = (name: string): string => `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${name}`

export const queueUrl = (name: string): string =>
  Fn.sub(`https://sqs.\${AWS::Region}.\${AWS::URLSuffix}/\${AWS::AccountId}/${name}`)

/** Conditions that bind a service principal to this account, and to one resource where it is known. */
export const fromThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } as const
export const fromSource = (...arns: readonly string[]) => ({
  ...fromThisAccount,
  ArnLike: { 'aws:SourceArn': arns.length === 1 ? arns[0] : arns },
})
