import { AwsError } from '../../../errors.ts'
import type { Facts } from '../../../kernel/journal.ts'
import type { Caller, CloudContext, Meter } from '../../../service.ts'
import { deliverPersistently, type GivenUp } from '../../events/delivery/persistent.ts'
import { rejectionMetrics } from '../filter/rejections.ts'
import type { TopicMessage } from '../message.ts'
import type { Subscription, Topic } from '../topic.ts'
import { invokeFunction } from './function.ts'
import { Notice } from './notice.ts'
import { type QueueAddress, queueAddress, sendToQueue } from './queue.ts'
import { managedEndpointRetries } from './retries.ts'

/** What all deliveries of a subscription have in common. */
interface Route {
  readonly caller: Caller
  readonly label: string
  /** Of a queue's subscription. */
  readonly queue: QueueAddress | undefined
}

/** Facts of the journal's entries about deliveries. */
const ofDelivery: Facts = ['subscription', 'message']

/** Hands the messages of topics to their subscriptions. */
export class FanOut {
  readonly #context: CloudContext
  /** The last delivery of a FIFO topic's group to a subscription: the next one waits for it. */
  readonly #lanes = new Map<string, Promise<void>>()
  readonly #routes = new WeakMap<Subscription, Route>()
  readonly #meters = new WeakMap<Topic, Meter>()

  constructor(context: CloudContext) {
    this.#context = context
  }

  /** Queues that take the message have it when this returns; the other deliveries go on. */
  publish(topic: Topic, message: TopicMessage): void {
    this.#metric(topic, 'NumberOfMessagesPublished')
    this.#meterOf(topic).add('PublishSize', message.bytes, 'Bytes')
    topic.archive?.keep(message)
    const notice = new Notice(topic, message)
    for (const subscription of topic.subscriptions.values()) void this.#offer(subscription, notice)
  }

  /**
   * Hands the archived messages of the subscription's replay policy over again, before what is published from now on:
   * the lanes of a FIFO topic keep them in front.
   */
  replay(subscription: Subscription): void {
    const { topic, settings } = subscription
    if (!settings.replay) return
    const { from, to = this.#context.kernel.clock.now() } = settings.replay
    const cause = this.#context.kernel.journal.record('replay', subscription.arn)
    subscription.replayStatus = 'In progress'
    const deliveries = (topic.archive?.between(from, to) ?? []).map((message) =>
      this.#offer(subscription, new Notice(topic, { ...message, replayed: true, cause })),
    )
    void Promise.all(deliveries).then(() => {
      subscription.replayStatus = 'Completed'
    })
  }

  /** Answers at once where the delivery is, else resolves when the message is delivered or given up. */
  #offer(subscription: Subscription, notice: Notice): void | Promise<void> {
    const { topic, settings } = subscription
    if (settings.filter && !settings.filter.matches(notice.for(subscription.protocol).filtered))
      return this.#reject(subscription, notice)
    if (topic.fifo) return this.#inOrder(subscription, notice)
    const copied = this.#isCopied(subscription, notice)
    const delivered = this.#start(subscription, notice)
    return copied ? Promise.all([delivered, this.#start(subscription, notice)]).then(() => undefined) : delivered
  }

  #reject({ topic, settings, protocol }: Subscription, notice: Notice): void {
    const scope = settings.scope ?? 'MessageAttributes'
    const metrics = rejectionMetrics(scope, notice.message.attributes, notice.for(protocol).filtered)
    for (const metric of metrics) this.#metric(topic, metric)
  }

  #isCopied({ arn }: Subscription, { message }: Notice): boolean {
    return this.#context.kernel.faults.decide('sns.duplicate', arn, { message: message.id }) === 'duplicate'
  }

  #inOrder(subscription: Subscription, notice: Notice): void | Promise<void> {
    const lane = `${subscription.arn} ${notice.message.groupId}`
    const before = this.#lanes.get(lane)
    const delivered = before ? before.then(() => this.#start(subscription, notice)) : this.#start(subscription, notice)
    if (!delivered) return
    this.#lanes.set(lane, delivered)
    return delivered.then(() => {
      if (this.#lanes.get(lane) === delivered) this.#lanes.delete(lane)
    })
  }

  #start(subscription: Subscription, notice: Notice): void | Promise<void> {
    const { message } = notice
    const { topic, endpoint, arn } = subscription
    const { caller, label, queue } = this.#routeOf(subscription)
    const cause = this.#context.kernel.journal.note('deliver', endpoint, message.cause, ofDelivery, arn, message.id)
    return deliverPersistently(this.#context, {
      label,
      schedule: managedEndpointRetries,
      attempt: () => {
        const sent = queue
          ? sendToQueue(this.#context, caller, { queue, subscription }, notice, cause)
          : invokeFunction(this.#context, caller, subscription, notice, cause)
        if (sent instanceof Promise) return sent.then(() => this.#metric(topic, 'NumberOfNotificationsDelivered'))
        this.#metric(topic, 'NumberOfNotificationsDelivered')
      },
      givenUp: (end) => this.#giveUp(subscription, notice, caller, end, cause),
    })
  }

  #routeOf(subscription: Subscription): Route {
    let route = this.#routes.get(subscription)
    if (!route) {
      const { topic, endpoint, protocol } = subscription
      const caller = this.#context.principal('sns.amazonaws.com', topic.arn)
      const queue = protocol === 'sqs' ? queueAddress(endpoint) : undefined
      route = { caller, label: `sns delivery ${topic.name} to ${endpoint}`, queue }
      this.#routes.set(subscription, route)
    }
    return route
  }

  async #giveUp(
    subscription: Subscription,
    notice: Notice,
    caller: Caller,
    end: GivenUp,
    cause: number,
  ): Promise<void> {
    const { topic, endpoint, settings } = subscription
    this.#metric(topic, 'NumberOfNotificationsFailed')
    this.#context.kernel.journal.record('fail', endpoint, cause, { ...end.failure, retries: end.retries })
    if (!settings.redrive) return
    try {
      const queue = queueAddress(settings.redrive.queueArn)
      await sendToQueue(this.#context, caller, { queue, subscription }, notice, cause)
      this.#metric(topic, 'NumberOfNotificationsRedrivenToDlq')
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      this.#metric(topic, 'NumberOfNotificationsFailedToRedriveToDlq')
    }
  }

  #metric(topic: Topic, metric: string): void {
    this.#meterOf(topic).add(metric, 1)
  }

  #meterOf(topic: Topic): Meter {
    let meter = this.#meters.get(topic)
    if (!meter) {
      meter = this.#context.meter('AWS/SNS', { TopicName: topic.name })
      this.#meters.set(topic, meter)
    }
    return meter
  }
}
