import { Stack } from 'aws-cdk-lib'
import { CfnRule } from 'aws-cdk-lib/aws-events'
import { Construct } from 'constructs'
import { type ConsumerDeclaration, type ContractDeclaration, type Filter, under } from '../../messaging/index.ts'
import { busName, queueName, topicName } from '../../messaging/names.ts'
import { fromSource, queueArn, ruleArn, topicArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import { isBestEffort, isDirect } from './consumer.ts'
import { SystemDashboard } from './dashboard.ts'
import { HttpApi, type HttpApiOptions } from './http-api.ts'
import { allowService } from './policy.ts'
import { Queue } from './queue.ts'
import { directRuleName, ruleName, undeliveredQueueName, unroutedQueueName } from './resource-names.ts'

/** EventBridge's own limits, said aloud: after a day the event goes to the dead-letter queue. */
const retryPolicy = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 }

/** Replayed events go only to a replay's own rules: past the marks' lifetime they would take effect again. */
const notReplayed = { 'replay-name': [{ exists: false }] }

export interface RoutesProps {
  readonly backbone: Backbone
  readonly api?: HttpApiOptions
}

/**
 * What opens the way for messages: the bus's rules and the HTTP API's routes. Its stack comes last, because an event that passes a
 * rule before the subscription behind it exists is gone; so construct it when all services are.
 */
export class Routes extends Construct {
  readonly #backbone: Backbone

  constructor(scope: Construct, id: string, props: RoutesProps) {
    super(scope, id)
    const { backbone } = props
    const { app, system, mode, alarms } = backbone
    this.#backbone = backbone
    this.#comeLast()
    const unrouted = new Queue(this, 'Unrouted', {
      name: unroutedQueueName(app),
      mode,
      senders: (arn) => [
        allowService(
          'RulesGiveUp',
          'events.amazonaws.com',
          'sqs:SendMessage',
          arn,
          fromSource(ruleArn(this, busName(app), '*')),
        ),
      ],
    })
    alarms.ofDeadLetters(unrouted, unrouted.name)
    for (const event of system.events) if (event.route === 'topic') this.#toTopic(event, unrouted)
    for (const consumer of system.consumers) if (isDirect(consumer)) this.#toQueue(consumer)
    if (system.services.some((service) => service.endpoints.length > 0))
      new HttpApi(this, 'Api', { backbone, ...props.api })
    new SystemDashboard(this, 'Dashboard', { backbone })
  }

  #comeLast(): void {
    const own = Stack.of(this)
    const { machines, services } = this.#backbone.system
    for (const before of [this.#backbone, ...services, ...(machines ? [machines] : [])]) {
      const stack = Stack.of(before)
      if (stack !== own) own.addStackDependency(stack, 'an event must not pass a rule before its subscriptions exist')
    }
  }

  #toTopic(event: ContractDeclaration, unrouted: Queue): void {
    const { app } = this.#backbone
    new CfnRule(this, `To${event.name.replace('.', '')}`, {
      name: ruleName(app, event),
      eventBusName: busName(app),
      eventPattern: { source: [event.service], 'detail-type': [event.name], ...notReplayed },
      targets: [
        {
          id: 'topic',
          arn: topicArn(this, topicName(app, event)),
          deadLetterConfig: { arn: unrouted.arn },
          retryPolicy,
        },
      ],
    })
  }

  #toQueue(consumer: ConsumerDeclaration): void {
    const { app } = this.#backbone
    const { id, delivery } = consumer
    new CfnRule(this, `Direct${id.replaceAll(/[.-]/g, '')}`, {
      name: directRuleName(app, id),
      eventBusName: busName(app),
      eventPattern: { ...this.#directPattern(consumer), ...notReplayed },
      targets: [
        {
          id: 'queue',
          arn: queueArn(this, queueName(app, id, delivery.ordered)),
          ...(!isBestEffort(consumer) && {
            deadLetterConfig: { arn: queueArn(this, undeliveredQueueName(app, id, delivery.ordered)) },
          }),
          retryPolicy,
        },
      ],
    })
  }

  #directPattern({ on, where }: ConsumerDeclaration): Filter {
    if (on === 'every event') return { source: this.#backbone.system.services.map((service) => service.name).sort() }
    const direct = on.filter((event) => event.route === 'direct')
    return {
      source: [...new Set(direct.map((event) => event.service))].sort(),
      'detail-type': direct.map((event) => event.name).sort(),
      ...(where && under(['detail', 'data'], where)),
    }
  }
}
