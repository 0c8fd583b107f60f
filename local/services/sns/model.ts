import type { Kernel } from '../../kernel/kernel.ts'
import { TopicArchive } from './archive.ts'
import { checkArn } from './arn.ts'
import { invalidParameter, subscriptionNotFound, topicNotFound } from './errors.ts'
import { FifoState } from './fifo.ts'
import { defaultPolicy } from './policy.ts'
import type { Subscription, SubscriptionSettings, Topic, TopicAttribute } from './topic.ts'

/** The topics with their subscriptions. */
export class Topics {
  readonly kernel: Kernel
  readonly account: string
  readonly #prefix: string
  readonly #topics = new Map<string, Topic>()

  constructor(kernel: Kernel, account: string, region: string) {
    this.kernel = kernel
    this.account = account
    this.#prefix = `arn:aws:sns:${region}:${account}:`
  }

  arn(name: string | undefined): string {
    return `${this.#prefix}${name}`
  }

  find(arn: string): Topic | undefined {
    return this.#topics.get(arn)
  }

  /** @throws AwsError InvalidParameter, NotFound */
  get(arn = '', parameter = 'TopicArn'): Topic {
    const topic = this.#topics.get(arn)
    if (topic) return topic
    checkArn(parameter, arn)
    if (!arn.startsWith(this.#prefix)) throw invalidParameter(parameter)
    throw topicNotFound()
  }

  create(name: string, attributes: ReadonlyMap<TopicAttribute, string>, tags: ReadonlyMap<string, string>): Topic {
    const arn = this.arn(name)
    const fifo = attributes.get('FifoTopic') === 'true'
    const topic: Topic = {
      name,
      arn,
      attributes: new Map(attributes),
      policy: defaultPolicy(arn, this.account),
      tags: new Map(tags),
      subscriptions: new Map(),
      deleted: 0,
      fifo: fifo ? new FifoState(this.kernel) : undefined,
      archive: fifo ? new TopicArchive(this.kernel) : undefined,
    }
    topic.archive?.follow(attributes.get('ArchivePolicy'))
    this.#topics.set(arn, topic)
    return topic
  }

  delete(arn: string): void {
    this.#topics.delete(arn)
  }

  all(): Topic[] {
    return [...this.#topics.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1))
  }

  subscribe(
    topic: Topic,
    to: Pick<Subscription, 'protocol' | 'endpoint' | 'principal'>,
    settings: SubscriptionSettings,
  ): Subscription {
    const arn = `${topic.arn}:${this.kernel.random.uuid('subscription')}`
    const subscription: Subscription = { arn, topic, ...to, settings, replayStatus: undefined }
    topic.subscriptions.set(arn, subscription)
    return subscription
  }

  findSubscription(arn: string): Subscription | undefined {
    return this.#topics.get(arn.slice(0, arn.lastIndexOf(':')))?.subscriptions.get(arn)
  }

  /** @throws AwsError InvalidParameter, NotFound */
  subscription(arn = ''): Subscription {
    const subscription = this.findSubscription(arn)
    if (subscription) return subscription
    checkArn('SubscriptionArn', arn)
    throw subscriptionNotFound()
  }

  allSubscriptions(): Subscription[] {
    return this.all().flatMap((topic) => [...topic.subscriptions.values()])
  }
}
