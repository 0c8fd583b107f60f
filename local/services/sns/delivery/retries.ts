import type { RetrySchedule } from '../../events/delivery/persistent.ts'

/**
 * The delivery policy of AWS managed endpoints: 3 retries at once, 2 a second apart, 10 with growing waits from 1 to 20
 * seconds, 100,000 of 20 seconds; in all over 23 days.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export const managedEndpointRetries: RetrySchedule = (retry, draw) => {
  if (retry <= 3) return 0
  if (retry <= 5) return 1_000
  if (retry <= 15) return Math.round(1_000 * 20 ** ((retry - 6) / 9) * (0.9 + draw / 10))
  return retry <= 100_015 ? 20_000 : 'MaximumRetryAttempts'
}
