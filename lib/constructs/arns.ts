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
/** Rules of the clock are on the default bus, which their ARNs do not name. */
export const scheduleRuleArn = (scope: Construct, name: string): string => arn(scope, 'events', `rule/${name}`)
export const functionArn = (scope: Construct, name: string): string => arn(scope, 'lambda', `function:${name}`)

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
