import { AwsError } from '../../../errors.ts'
import type { Caller, CloudContext } from '../../../service.ts'
import { deliverPersistently, type GivenUp } from '../../events/delivery/persistent.ts'
import type { TopicMessage } from '../message.ts'
import type { Subscription, Topic } from '../topic.ts'
import { invokeFunction } from './function.ts'
import { Notice } from './notice.ts'
import { sendToQueue } from './queue.ts'
import { managedEndpointRetries } from './retries.ts'

/** Hands the messages of topics to their subscriptions. */
export class FanOut {
  readonly #context: CloudContext
  /** The last delivery of a FIFO topic's group to a subscription: the next one waits for it. */
  readonly #lanes = new Map<string, Promise<void>>()

  constructor(context: CloudContext) {
    this.#context = context
  }

  /** Returns before any subscription is reached. */
  publish(topic: Topic, message: TopicMessage): void {
    this.#metric(topic, 'NumberOfMessagesPublished')
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

  /** Resolves when the message is delivered, given up or filtered out. */
  async #offer(subscription: Subscription, notice: Notice): Promise<void> {
    const { topic, settings, protocol } = subscription
    if (settings.filter && !settings.filter.matches(notice.for(protocol).filtered))
      return this.#metric(topic, 'NumberOfNotificationsFilteredOut')
    if (topic.fifo) return this.#inOrder(subscription, notice)
    const deliveries = Array.from({ length: this.#copies(subscription, notice) }, () =>
      this.#start(subscription, notice),
    )
    await Promise.all(deliveries)
  }

  #copies({ arn }: Subscription, { message }: Notice): number {
    return this.#context.kernel.faults.decide('sns.duplicate', arn, { message: message.id }) === 'duplicate' ? 2 : 1
  }

  #inOrder(subscription: Subscription, notice: Notice): Promise<void> {
    const lane = `${subscription.arn} ${notice.message.groupId}`
    const before = this.#lanes.get(lane)
    const delivered = before ? before.then(() => this.#start(subscription, notice)) : this.#start(subscription, notice)
    this.#lanes.set(lane, delivered)
    return delivered.then(() => {
      if (this.#lanes.get(lane) === delivered) this.#lanes.delete(lane)
    })
  }

  #start(subscription: Subscription, notice: Notice): Promise<void> {
    const { message } = notice
    const { topic, endpoint, arn, protocol } = subscription
    const caller = this.#context.principal('sns.amazonaws.com', topic.arn)
    const detail = { subscription: arn, message: message.id }
    const cause = this.#context.kernel.journal.record('deliver', endpoint, message.cause, detail)
    return deliverPersistently(this.#context, {
      label: `sns delivery ${topic.name} to ${endpoint}`,
      schedule: managedEndpointRetries,
      attempt: async () => {
        if (protocol === 'sqs')
          await sendToQueue(this.#context, caller, { queueArn: endpoint, subscription }, notice, cause)
        else await invokeFunction(this.#context, caller, subscription, notice, cause)
        this.#metric(topic, 'NumberOfNotificationsDelivered')
      },
      givenUp: (end) => this.#giveUp(subscription, notice, caller, end, cause),
    })
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
      const { queueArn } = settings.redrive
      await sendToQueue(this.#context, caller, { queueArn, subscription }, notice, cause)
      this.#metric(topic, 'NumberOfNotificationsRedrivenToDlq')
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      this.#metric(topic, 'NumberOfNotificationsFailedToRedriveToDlq')
    }
  }

  #metric({ name }: Topic, metric: string): void {
    this.#context.metric('AWS/SNS', metric, { TopicName: name }, 1, 'Count')
  }
}
