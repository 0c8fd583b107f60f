import type { CfnResource } from 'aws-cdk-lib'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { CfnSubscription } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { type ConsumerDeclaration, type ContractDeclaration, under, variables } from '../../messaging/index.ts'
import {
  breakerKeeperName,
  busName,
  deadLetterQueueName,
  lowQueue,
  metricsNamespace,
  queueName,
  topicName,
} from '../../messaging/names.ts'
import { isRelayed } from '../../messaging/route.ts'
import { fromSource, queueArn, queueUrl, ruleArn, topicArn } from './arns.ts'
import type { Backbone } from './backbone.ts'
import { consumerStatements } from './consumer-role.ts'
import { declaredFunction } from './declared-function.ts'
import type { HandlerFunction } from './handler-function.ts'
import { allowService, type Statement } from './policy.ts'
import { Queue, type QueueProps } from './queue.ts'
import { deployedDeadLetterQueueName, directRuleName, undeliveredQueueName } from './resource-names.ts'
import { Resumption, readsVersions, resumptionGivesUp } from './resumption.ts'
import { Schedules } from './schedules.ts'
import type { ServiceTable } from './service-table.ts'

/** Lambda's own advice: a message must not come back while its batch may still be retried by the poller. */
const VISIBILITY_PER_TIMEOUT = 6
/**
 * Redrive by count is a backstop only, at the most that SQS allows: the kit counts attempts, and a neighbour's crash, a throttle or an
 * open breaker must not use them up.
 */
const BACKSTOP_RECEIVES = 1000
const AGE_ALARM_SECONDS = 900
/** What may be lost and was not handled for a day, is. */
const ONE_DAY_SECONDS = 86_400
const WINDOW_SECONDS = 5

export interface ConsumerProps {
  readonly backbone: Backbone
  readonly declaration: ConsumerDeclaration
  readonly table: ServiceTable
}

/** A consumer's own way from its topics to its function: nothing here is shared with another consumer. */
export class Consumer extends Construct {
  readonly declaration: ConsumerDeclaration
  readonly queue: Queue
  /** Where its commands have priorities. */
  readonly lowPriority: Queue | undefined
  /** Not with best effort. */
  readonly deadLetters: Queue | undefined
  /** Only where topics, a direct rule or schedules deliver: a command's sender retries by itself. */
  readonly undelivered: Queue | undefined
  readonly function: HandlerFunction
  /** What polls its queues. */
  readonly mappings: readonly { readonly resource: CfnEventSourceMapping; readonly queue: Queue }[]
  readonly #backbone: Backbone

  constructor(scope: Construct, id: string, props: ConsumerProps) {
    super(scope, id)
    const { backbone, declaration } = props
    const { app, mode, alarms } = backbone
    const { ordered } = declaration.delivery
    this.#backbone = backbone
    this.declaration = declaration
    const mayGiveUp = readsVersions(declaration) && { senders: resumptionGivesUp(this, app, declaration.id) }
    this.deadLetters = isBestEffort(declaration)
      ? undefined
      : new Queue(this, 'DeadLetters', {
          name: deadLetterQueueName(app, declaration.id, ordered),
          mode,
          ...(!ordered && mayGiveUp),
        })
    const failedCalls = ordered && mayGiveUp ? this.#failedCalls(mayGiveUp) : this.deadLetters
    const name = queueName(app, declaration.id, ordered)
    const breakerKeeper = breakerKeeperName(app, declaration.service)
    const common = {
      mode,
      visibilityTimeout: VISIBILITY_PER_TIMEOUT * Math.ceil(declaration.timeout / 1000),
      ...(this.deadLetters
        ? { deadLetters: { arn: this.deadLetters.arn, maxReceiveCount: BACKSTOP_RECEIVES } }
        : { keepsFor: ONE_DAY_SECONDS }),
    }
    this.queue = new Queue(this, 'Queue', {
      ...common,
      name,
      senders: (arn) => this.#senders(arn),
      contentBasedDeduplication: isScheduled(declaration),
    })
    this.lowPriority = hasPriorities(declaration)
      ? new Queue(this, 'LowPriority', { ...common, name: lowQueue(name) })
      : undefined
    const queues = [this.queue, ...(this.lowPriority ? [this.lowPriority] : [])]
    const isFed = declaration.kind === 'consumer' || hasSchedules(declaration)
    this.undelivered = isFed && !isBestEffort(declaration) ? this.#undelivered() : undefined
    if (this.undelivered && hasSchedules(declaration))
      new Schedules(this, 'Schedules', {
        app,
        workerId: declaration.id,
        queue: this.queue,
        deadLetters: this.undelivered,
      })
    this.function = declaredFunction(this, {
      backbone,
      declaration,
      may: () =>
        consumerStatements(this, {
          app,
          declaration,
          tableArn: props.table.arn,
          queues,
          deadLetters: [...new Set([this.deadLetters, failedCalls])].filter((queue) => queue !== undefined),
          ...(isPausable(declaration) && { breakerQueueArn: queueArn(this, breakerKeeper) }),
        }),
      environment: () => ({
        [variables.consumer]: declaration.id,
        [variables.table]: props.table.name,
        [variables.queueUrl]: this.queue.url,
        [variables.deadLetterQueueUrl]: this.deadLetters?.url,
        [variables.breakerQueueUrl]: isPausable(declaration) ? queueUrl(breakerKeeper) : undefined,
      }),
    })
    if (failedCalls && readsVersions(declaration))
      new Resumption(this, 'Resumption', { backbone, declaration, function: this.function, deadLetters: failedCalls })
    const subscriptions = this.#contracts().map((event) => this.#subscribe(event))
    this.mappings = [
      this.#poll('Mapping', this.queue, backbone.system.concurrencyOf(declaration), subscriptions),
      ...(this.lowPriority
        ? [this.#poll('LowPriorityMapping', this.lowPriority, declaration.delivery.lowConcurrency)]
        : []),
    ]
    if (this.deadLetters) alarms.ofDeadLetters(this.deadLetters, this.deadLetters.name)
    alarms.ofAge(this.queue, this.queue.name, AGE_ALARM_SECONDS)
    const { id: consumer, service } = declaration
    const told = {
      functionName: this.function.name,
      namespace: metricsNamespace(app),
      dimensions: { service, consumer },
    }
    alarms.ofKitMetric(this.function, 'Parked', told)
    if (declaration.delivery.expectNext) alarms.ofKitMetric(this.function, 'OverdueGaps', told)
  }

  /** Events that come through a topic. */
  #contracts(): readonly ContractDeclaration[] {
    const { on, kind } = this.declaration
    return on === 'every event' || kind === 'worker' ? [] : on.filter((event) => event.route !== 'direct')
  }

  #senders(queue: string): readonly Statement[] {
    const { app } = this.#backbone
    const topics = this.#contracts().map((event) => topicArn(this, topicName(app, event)))
    const rule = ruleArn(this, busName(app), directRuleName(app, this.declaration.id))
    return [
      ...(topics.length > 0 ? [deliver('TopicsDeliver', 'sns.amazonaws.com', queue, ...topics)] : []),
      ...(isDirect(this.declaration) ? [deliver('RuleDelivers', 'events.amazonaws.com', queue, rule)] : []),
    ]
  }

  /** Neither rules nor Lambda give up to FIFO queues. */
  #failedCalls(mayGiveUp: Pick<QueueProps, 'senders'>): Queue {
    const { app, mode, alarms } = this.#backbone
    const name = deployedDeadLetterQueueName(app, this.declaration.id)
    const queue = new Queue(this, 'DeployedDeadLetters', { name, mode, ...mayGiveUp })
    alarms.ofDeadLetters(queue, queue.name)
    return queue
  }

  #undelivered(): Queue {
    const { app, mode, alarms } = this.#backbone
    const { id, delivery, kind } = this.declaration
    const queue = new Queue(this, 'Undelivered', {
      // Scheduler gives up to standard queues only.
      name: undeliveredQueueName(app, id, delivery.ordered && kind === 'consumer'),
      mode,
      senders: (arn) => this.#senders(arn),
    })
    alarms.ofDeadLetters(queue, queue.name)
    return queue
  }

  #subscribe(event: ContractDeclaration): CfnSubscription {
    const { where } = this.declaration
    // Behind a rule the body is EventBridge's event with the envelope in `detail`; the relay sends the bare envelope.
    const path = isRelayed(event.route) ? ['data'] : ['detail', 'data']
    const subscription = new CfnSubscription(this, `On${event.name.replace('.', '')}`, {
      topicArn: topicArn(this, topicName(this.#backbone.app, event)),
      protocol: 'sqs',
      endpoint: this.queue.arn,
      rawMessageDelivery: true,
      ...(this.undelivered && { redrivePolicy: { deadLetterTargetArn: this.undelivered.arn } }),
      ...(where && { filterPolicyScope: 'MessageBody', filterPolicy: under(path, where) }),
    })
    subscription.addResourceDependency(this.queue.policy)
    return subscription
  }

  /** The bound is the mapping's: reserved concurrency alone would throttle pollers that have received messages already. */
  #poll(id: string, queue: Queue, maximumConcurrency: number, subscriptions: readonly CfnResource[] = []) {
    const resource = new CfnEventSourceMapping(this, id, {
      eventSourceArn: queue.arn,
      functionName: this.function.resource.ref,
      batchSize: this.declaration.delivery.batchSize,
      functionResponseTypes: ['ReportBatchItemFailures'],
      // A batch over ten needs it; what may be lost may wait.
      ...(this.declaration.delivery.batchSize > 10 && { maximumBatchingWindowInSeconds: WINDOW_SECONDS }),
      scalingConfig: { maximumConcurrency },
      // Whoever loses its breaker while it is paused has a new property here, which CloudFormation brings about.
      ...(!isPausable(this.declaration) && { enabled: true }),
    })
    for (const subscription of subscriptions) resource.addResourceDependency(subscription)
    return { resource, queue }
  }
}

const deliver = (sid: string, service: string, queue: string, ...sources: readonly string[]): Statement =>
  allowService(sid, service, 'sqs:SendMessage', queue, fromSource(...sources))

/** Whether a rule on the bus delivers straight to the queue. */
export const isDirect = ({ on }: ConsumerDeclaration): boolean =>
  on === 'every event' || on.some((event) => event.route === 'direct')

export const hasPriorities = ({ on }: ConsumerDeclaration): boolean =>
  on !== 'every event' && on.some(({ priorities }) => priorities)

/** Whether a worker takes commands that may be delayed longer than a queue can. */
export const isScheduled = ({ on }: ConsumerDeclaration): boolean =>
  on !== 'every event' && on.some(({ scheduled }) => scheduled)

/** Whether its breaker, where it has one, may have its mappings disabled. */
export const isPausable = ({ delivery: { breaker } }: ConsumerDeclaration): boolean => breaker?.pauseAfter !== undefined

/** Whether schedules bring messages to its queue. */
export const hasSchedules = (declaration: ConsumerDeclaration): boolean =>
  isScheduled(declaration) || declaration.delivery.delayedRetries !== undefined

/** Whether its messages may be lost: then it has no dead letters. */
export const isBestEffort = ({ delivery }: ConsumerDeclaration): boolean => delivery.bestEffort !== undefined
