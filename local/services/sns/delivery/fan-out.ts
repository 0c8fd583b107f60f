import { AwsError } from '../../../errors.ts'
import type { Caller, CloudContext } from '../../../service.ts'
import { deliverPersistently, type GivenUp } from '../../events/delivery/persistent.ts'
import { FilteredMessage } from '../filter/filtered-message.ts'
import type { TopicMessage } from '../message.ts'
import type { Subscription, Topic } from '../topic.ts'
import { invokeFunction } from './function.ts'
import { sendToQueue } from './queue.ts'
import { managedEndpointRetries } from './retries.ts'

type Filtered = (protocol: Subscription['protocol']) => FilteredMessage

/** The message as filters see it, which may differ by protocol. */
function filteredOf(message: TopicMessage): Filtered {
  const byBody = new Map<string, FilteredMessage>()
  return (protocol) => {
    const body = message.bodyFor(protocol)
    const known = byBody.get(body) ?? new FilteredMessage(body, message.attributes)
    byBody.set(body, known)
    return known
  }
}

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
    const filtered = filteredOf(message)
    for (const subscription of topic.subscriptions.values()) void this.#offer(subscription, message, filtered)
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
      this.#offer(subscription, { ...message, replayed: true, cause }, filteredOf(message)),
    )
    void Promise.all(deliveries).then(() => {
      subscription.replayStatus = 'Completed'
    })
  }

  /** Resolves when the message is delivered, given up or filtered out. */
  async #offer(subscription: Subscription, message: TopicMessage, filtered: Filtered): Promise<void> {
    const { topic, settings, protocol } = subscription
    if (settings.filter && !settings.filter.matches(filtered(protocol)))
      return this.#metric(topic, 'NumberOfNotificationsFilteredOut')
    if (topic.fifo) return this.#inOrder(subscription, message)
    const deliveries = Array.from({ length: this.#copies(subscription, message) }, () =>
      this.#start(subscription, message),
    )
    await Promise.all(deliveries)
  }

  #copies({ arn }: Subscription, { id }: TopicMessage): number {
    return this.#context.kernel.faults.decide('sns.duplicate', arn, { message: id }) === 'duplicate' ? 2 : 1
  }

  #inOrder(subscription: Subscription, message: TopicMessage): Promise<void> {
    const lane = `${subscription.arn} ${message.groupId}`
    const before = this.#lanes.get(lane)
    const delivered = before
      ? before.then(() => this.#start(subscription, message))
      : this.#start(subscription, message)
    this.#lanes.set(lane, delivered)
    return delivered.then(() => {
      if (this.#lanes.get(lane) === delivered) this.#lanes.delete(lane)
    })
  }

  #start(subscription: Subscription, message: TopicMessage): Promise<void> {
    const { topic, endpoint, arn, protocol } = subscription
    const caller = this.#context.principal('sns.amazonaws.com', topic.arn)
    const detail = { subscription: arn, message: message.id }
    const cause = this.#context.kernel.journal.record('deliver', endpoint, message.cause, detail)
    return deliverPersistently(this.#context, {
      label: `sns delivery ${topic.name} to ${endpoint}`,
      schedule: managedEndpointRetries,
      attempt: async () => {
        if (protocol === 'sqs')
          await sendToQueue(this.#context, caller, { queueArn: endpoint, subscription }, message, cause)
        else await invokeFunction(this.#context, caller, subscription, message, cause)
        this.#metric(topic, 'NumberOfNotificationsDelivered')
      },
      givenUp: (end) => this.#giveUp(subscription, message, caller, end, cause),
    })
  }

  async #giveUp(
    subscription: Subscription,
    message: TopicMessage,
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
      await sendToQueue(this.#context, caller, { queueArn, subscription }, message, cause)
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
