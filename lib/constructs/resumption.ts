import { Stack } from 'aws-cdk-lib'
import { CfnRule } from 'aws-cdk-lib/aws-events'
import { CfnEventInvokeConfig, CfnPermission } from 'aws-cdk-lib/aws-lambda'
import { CfnParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import type { ConsumerDeclaration } from '../../messaging/index.ts'
import { parameters } from '../../messaging/names.ts'
import { defaultRuleArn, fromSource } from './arns.ts'
import type { Backbone } from './backbone.ts'
import type { HandlerFunction } from './handler-function.ts'
import { allowService, type Statement } from './policy.ts'
import type { Queue } from './queue.ts'
import { readsRuleName } from './resource-names.ts'

/** EventBridge's own limits, said aloud. */
const retryPolicy = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 }

export interface ResumptionProps {
  readonly backbone: Backbone
  readonly declaration: ConsumerDeclaration
  readonly function: HandlerFunction
  /** Standard: neither rules nor Lambda give up to FIFO queues. */
  readonly deadLetters: Queue
}

/**
 * Has a consumer take up what is parked for newer code, as soon as that is live. What the consumer reads stands in a parameter that
 * CloudFormation changes after the function; Parameter Store tells EventBridge of the change
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html), whose rule calls the function. A
 * deployment that changes no version changes no parameter, and calls nobody.
 */
export class Resumption extends Construct {
  constructor(scope: Construct, id: string, { backbone, declaration, function: fn, deadLetters }: ResumptionProps) {
    super(scope, id)
    const { app } = backbone
    const name = parameters.reads(app, declaration.id)
    const reads = new CfnParameter(this, 'Reads', {
      name,
      type: 'String',
      value: Stack.of(this).toJsonString(versionsOf(declaration)),
      description: 'newest version of each contract that the consumer reads',
    })
    reads.addResourceDependency(fn.resource)
    const rule = new CfnRule(this, 'Deployed', {
      name: readsRuleName(app, declaration.id),
      eventPattern: {
        source: ['aws.ssm'],
        'detail-type': ['Parameter Store Change'],
        detail: { name: [name], operation: ['Update'] },
      },
      targets: [
        {
          id: 'consumer',
          arn: fn.arn,
          deadLetterConfig: { arn: deadLetters.arn },
          retryPolicy,
        },
      ],
    })
    const permission = new CfnPermission(this, 'RuleCalls', {
      action: 'lambda:InvokeFunction',
      functionName: fn.resource.ref,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    })
    // The first change comes right after the deployment that brings the rule.
    reads.addResourceDependency(permission)
    new CfnEventInvokeConfig(this, 'OnFailure', {
      functionName: fn.resource.ref,
      qualifier: '$LATEST',
      destinationConfig: { onFailure: { destination: deadLetters.arn } },
    })
  }
}

/** Lets the rule leave a call that it could not make in the queue. */
export const resumptionGivesUp =
  (scope: Construct, app: string, consumerId: string) =>
  (queueArn: string): readonly Statement[] => [
    allowService(
      'DeploymentsGiveUp',
      'events.amazonaws.com',
      'sqs:SendMessage',
      queueArn,
      fromSource(defaultRuleArn(scope, readsRuleName(app, consumerId))),
    ),
  ]

/** Whoever takes every event takes any version; with best effort nothing is parked. */
export const readsVersions = ({ on, delivery }: ConsumerDeclaration): boolean =>
  on !== 'every event' && delivery.bestEffort === undefined

const versionsOf = ({ on }: ConsumerDeclaration): Readonly<Record<string, number>> =>
  on === 'every event' ? {} : Object.fromEntries(on.map(({ name, version }) => [name, version] as const).sort())
