import { fileURLToPath } from 'node:url'
import { Validations } from 'aws-cdk-lib'
import { CfnRule } from 'aws-cdk-lib/aws-events'
import { CfnEventInvokeConfig, CfnPermission } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { variables } from '../../messaging/index.ts'
import { sweeperName } from '../../messaging/names.ts'
import { defaultRuleArn, fromSource } from './arns.ts'
import { HandlerFunction } from './handler-function.ts'
import { allowService, type Statement } from './policy.ts'
import { type Shipping, shippingFindings, sweeperStatements } from './relay-role.ts'

/** The stream keeps 24 h and the sweeper begins after 6: it has eighteen chances. */
const EVERY = 'rate(1 hour)'

/**
 * Publishes in the relay's place while that is long behind, before the stream drops what waits in it. It has the relay's rights
 * and none of its triggers, so that what stops the one need not stop the other.
 */
export class Sweeper extends Construct {
  readonly function: HandlerFunction

  constructor(
    scope: Construct,
    id: string,
    props: Shipping & { readonly environment: () => Readonly<Record<string, string>> },
  ) {
    super(scope, id)
    const { backbone, service, table, deadLetters } = props
    const name = sweeperName(backbone.app, service.name)
    this.function = new HandlerFunction(this, 'Handler', {
      name,
      file: fileURLToPath(import.meta.resolve('../../messaging/sweeper.ts')),
      mode: backbone.mode,
      alarms: backbone.alarms,
      memory: 512,
      timeout: 900_000,
      may: () => sweeperStatements(this, props),
      environment: () => ({ ...props.environment(), [variables.stream]: table.streamArn }),
    })
    Validations.of(this.function).acknowledge(...shippingFindings(service, backbone.app))
    const rule = new CfnRule(this, 'Hourly', {
      name,
      scheduleExpression: EVERY,
      targets: [{ id: 'sweeper', arn: this.function.arn, deadLetterConfig: { arn: deadLetters.arn } }],
    })
    new CfnPermission(this, 'ClockCalls', {
      action: 'lambda:InvokeFunction',
      functionName: this.function.resource.ref,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    })
    new CfnEventInvokeConfig(this, 'OnFailure', {
      functionName: this.function.resource.ref,
      qualifier: '$LATEST',
      // The next hour tries again by itself.
      maximumRetryAttempts: 0,
      destinationConfig: { onFailure: { destination: deadLetters.arn } },
    })
  }
}

/** Lets the clock's rule leave a call that it could not make in the queue. */
export const sweepsGiveUp = (scope: Construct, queueArn: string, sweeper: string): Statement =>
  allowService(
    'SweepsGiveUp',
    'events.amazonaws.com',
    'sqs:SendMessage',
    queueArn,
    fromSource(defaultRuleArn(scope, sweeper)),
  )
