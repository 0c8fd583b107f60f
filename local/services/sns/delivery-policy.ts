import { Refused } from './errors.ts'

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

const MEMBERS = [
  'defaultHealthyRetryPolicy',
  'disableSubscriptionOverrides',
  'defaultRequestPolicy',
  'defaultThrottlePolicy',
]

/**
 * A topic's delivery policy. It concerns HTTP subscriptions, which the local cloud refuses; so it is kept and told, no more.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 * @throws Refused
 */
export function parseDeliveryPolicy(text: string): HttpPolicy {
  if (text === '') return {}
  const { http = {}, ...others } = parsed(text)
  const [unknown] = [...Object.keys(others), ...Object.keys(http).filter((name) => !MEMBERS.includes(name))]
  if (unknown !== undefined) throw new Refused(`DeliveryPolicy: Unexpected JSON member: ${unknown}`)
  const { numRetries } = { ...http.defaultHealthyRetryPolicy } as { numRetries?: unknown }
  if (Number(numRetries ?? 0) > 100)
    throw new Refused('DeliveryPolicy: http.defaultHealthyRetryPolicy.numRetries must be less than or equal to 100')
  return http
}

function parsed(text: string): { http?: HttpPolicy } {
  try {
    const policy: unknown = JSON.parse(text)
    if (typeof policy === 'object' && policy !== null) return policy
  } catch {
    // Told below, like every other text that is no object.
  }
  throw new Refused('DeliveryPolicy: failed to parse JSON.')
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
