import { invalidParameter } from './errors.ts'

interface HttpPolicy {
  readonly defaultHealthyRetryPolicy?: object
  readonly disableSubscriptionOverrides?: boolean
  readonly defaultRequestPolicy?: object
}

const HEALTHY = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
}

/**
 * A topic's delivery policy. It concerns HTTP subscriptions, which the local cloud refuses; so it is kept and told, no more.
 * @throws AwsError InvalidParameter
 */
export function parseDeliveryPolicy(text: string): HttpPolicy {
  if (text === '') return {}
  try {
    return (JSON.parse(text) as { http?: HttpPolicy }).http ?? {}
  } catch {
    throw invalidParameter('DeliveryPolicy: failed to parse JSON.')
  }
}

export function effectiveDeliveryPolicy(text: string | undefined): string {
  const http = parseDeliveryPolicy(text ?? '')
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: { ...HEALTHY, ...http.defaultHealthyRetryPolicy },
      disableSubscriptionOverrides: http.disableSubscriptionOverrides ?? false,
      defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8', ...http.defaultRequestPolicy },
    },
  })
}
