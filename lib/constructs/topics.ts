import { CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { ContractDeclaration } from '../../messaging/index.ts'
import { busName, topicName } from '../../messaging/names.ts'
import { isRelayed } from '../../messaging/route.ts'
import { fromSource, fromThisAccount, ruleArn } from './arns.ts'
import { allowService, denyPlainHttp, policyOf, type Statement } from './policy.ts'
import { ruleName } from './resource-names.ts'

/** The topic of one event: what arrives here goes to every consumer's queue whose filter it passes. */
export class EventTopic extends Construct {
  readonly arn: string

  constructor(
    scope: Construct,
    id: string,
    props: { readonly app: string; readonly keyArn: string; readonly event: ContractDeclaration },
  ) {
    super(scope, id)
    const { app, event } = props
    const topic = new CfnTopic(this, 'Topic', {
      topicName: topicName(app, event),
      kmsMasterKeyId: props.keyArn,
      ...(event.ordered && {
        fifoTopic: true,
        contentBasedDeduplication: false,
        fifoThroughputScope: 'MessageGroup',
      }),
    })
    this.arn = topic.ref
    // A rule can set no message group, so the relay's role publishes where one is needed, and no service principal may.
    const rule = allowService('RulePublishes', 'events.amazonaws.com', 'sns:Publish', topic.ref, {
      ...fromSource(ruleArn(this, busName(app), ruleName(app, event))),
    })
    restrict(this, topic.ref, isRelayed(event.route) ? [] : [rule])
  }
}

/** Where alarms go; people subscribe to it. */
export class AlarmTopic extends Construct {
  constructor(scope: Construct, id: string, props: { readonly name: string; readonly keyArn: string }) {
    super(scope, id)
    const topic = new CfnTopic(this, 'Topic', { topicName: props.name, kmsMasterKeyId: props.keyArn })
    restrict(this, topic.ref, [
      allowService('AlarmsNotify', 'cloudwatch.amazonaws.com', 'sns:Publish', topic.ref, fromThisAccount),
    ])
  }
}

const restrict = (scope: Construct, topic: string, statements: readonly Statement[]): CfnTopicPolicy =>
  new CfnTopicPolicy(scope, 'Policy', {
    topics: [topic],
    policyDocument: policyOf([...statements, denyPlainHttp('sns:Publish', topic)]),
  })
