import { AwsError } from '../../errors.ts'
import { invalidParameter } from './errors.ts'
import type { SubscriptionSettings, Topic } from './topic.ts'

const DEFAULT_BYTES = 262_144
const LARGE_SUBSCRIPTIONS = 100
const FILTERS = 200

/** Largest message that the topic takes, and largest batch. */
export const maximumBytes = ({ attributes }: Topic): number =>
  Number(attributes.get('MaximumMessageSize') || DEFAULT_BYTES)

/** A topic of large messages has few subscriptions. @throws AwsError InvalidParameter */
export function checkLargeMessages(topic: Topic, bytes: number, subscriptions = topic.subscriptions.size): void {
  if (bytes > DEFAULT_BYTES && subscriptions > LARGE_SUBSCRIPTIONS)
    throw invalidParameter(
      `MaximumMessageSize Reason: a topic with a MaximumMessageSize above ${DEFAULT_BYTES} can have at most ${LARGE_SUBSCRIPTIONS} subscriptions`,
    )
}

/** @throws AwsError FilterPolicyLimitExceeded */
export function checkFilterCount(
  { subscriptions }: Topic,
  before: SubscriptionSettings,
  now: SubscriptionSettings,
): void {
  if (before.filter || !now.filter) return
  const filters = [...subscriptions.values()].filter(({ settings }) => settings.filter).length
  if (filters >= FILTERS)
    throw new AwsError(
      'FilterPolicyLimitExceededException',
      `The topic has reached its limit of ${FILTERS} filter policies.`,
    )
}
