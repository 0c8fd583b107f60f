import { CfnRule } from 'aws-cdk-lib/aws-events'
import { CfnEventInvokeConfig, CfnPermission } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { defaultRuleArn, fromSource } from './arns.ts'
import type { HandlerFunction } from './handler-function.ts'
import { allowService, type Statement } from './policy.ts'

interface ClockedProps {
  /** Construct id of the rule, and the rule's name. */
  readonly rule: { readonly id: string; readonly name: string }
  /** `rate(...)` or `cron(...)`. */
  readonly every: string
  /** Names the function among the rule's targets. */
  readonly target: string
  readonly function: HandlerFunction
  /** What the function is called with. @default EventBridge's own event */
  readonly input?: object
  /** ARN of the queue for calls that could not be made and for those that failed; it needs `scheduleGivesUp`. */
  readonly deadLetters: string
}

/** Has a scheduled rule call a function. A call that fails is not repeated: the next one tries again by itself. */
export function calledOnSchedule(scope: Construct, props: ClockedProps): void {
  const { every, target, function: fn, input, deadLetters } = props
  const rule = new CfnRule(scope, props.rule.id, {
    name: props.rule.name,
    scheduleExpression: every,
    targets: [
      {
        id: target,
        arn: fn.arn,
        ...(input && { input: JSON.stringify(input) }),
        deadLetterConfig: { arn: deadLetters },
      },
    ],
  })
  new CfnPermission(scope, 'ClockCalls', {
    action: 'lambda:InvokeFunction',
    functionName: fn.resource.ref,
    principal: 'events.amazonaws.com',
    sourceArn: rule.attrArn,
  })
  new CfnEventInvokeConfig(scope, 'OnFailure', {
    functionName: fn.resource.ref,
    qualifier: '$LATEST',
    maximumRetryAttempts: 0,
    destinationConfig: { onFailure: { destination: deadLetters } },
  })
}

/** Lets the scheduled rule leave a call that it could not make in the queue. */
export const scheduleGivesUp = (scope: Construct, sid: string, queueArn: string, rule: string): Statement =>
  allowService(sid, 'events.amazonaws.com', 'sqs:SendMessage', queueArn, fromSource(defaultRuleArn(scope, rule)))
