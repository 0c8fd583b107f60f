import type { ConsumerDeclaration } from '../../messaging/index.ts'

export interface Limit {
  readonly name: string
  readonly value: string
}

const EVENT_BYTES = 262_144 - 1_024
const COMMAND_BYTES = 1_048_576

/** What a message and its handling must keep within. @param defaultConcurrency of the backbone */
export function limitsOf(declaration: ConsumerDeclaration, defaultConcurrency: number): readonly Limit[] {
  const { delivery, timeout, memory, on, kind } = declaration
  const { attempts, backoff, batchSize, ordered } = delivery
  const bytes = kind === 'worker' ? COMMAND_BYTES : EVENT_BYTES
  return [
    {
      name: 'a message',
      value: `${count(bytes)} bytes with its envelope${on === 'every event' ? '' : ', checked before it is committed'}`,
    },
    ...(on !== 'every event' && on.some(({ claimCheck }) => claimCheck)
      ? [
          {
            name: 'a body',
            value: 'up to 128 MiB: compressed, or in S3 by claim check (over 8 KiB where a unit sends it)',
          },
        ]
      : []),
    delivery.bestEffort
      ? { name: 'a unit', value: 'reads; it writes, publishes and sends nothing' }
      : { name: 'a unit', value: '100 actions, 4 MB in all, 400 KB an item: TooLarge before DynamoDB refuses' },
    { name: 'an invocation', value: `up to ${batchSize} messages, ${seconds(timeout)}, ${memory} MiB` },
    { name: 'at a time', value: `${delivery.concurrency ?? defaultConcurrency} invocations (MaximumConcurrency)` },
    {
      name: 'attempts',
      value: delivery.bestEffort
        ? 'one: what fails is lost, and counted as Lost'
        : `${attempts}, ${seconds(backoff.first)} to ${seconds(backoff.max)} apart with full jitter, then ${ordered ? 'parked' : 'dead-lettered'}`,
    },
    ...(delivery.delayedRetries
      ? [
          {
            name: 'delayed retries',
            value: `waits over 15 minutes, and all with ${count(delivery.delayedRetries.inFlight)} in flight, away from the queue: 1 request, 1 WCU a KB`,
          },
        ]
      : []),
    ...(delivery.bestEffort
      ? []
      : [{ name: 'visibility', value: `${seconds(6 * timeout)}: after a crash a message comes back so late` }]),
    { name: 'in the queue', value: `${delivery.bestEffort ? 'a day' : '14 days'}, then SQS deletes it` },
    {
      name: 'proof',
      value: `a mark lives 30 days; a message older than 29 is ${delivery.bestEffort ? 'lost' : 'parked'}, for nobody can prove whether it was handled`,
    },
    ...(delivery.rate
      ? [
          {
            name: 'rate',
            value: `an attempt each ${delivery.rate.interval} ms on average, ${delivery.rate.burst} at once, over all workers`,
          },
        ]
      : []),
    ...(delivery.breaker ? breakerLimits(delivery.breaker) : []),
  ]
}

function breakerLimits({
  failures,
  within,
  probeEvery,
  pauseAfter,
}: NonNullable<ConsumerDeclaration['delivery']['breaker']>): readonly Limit[] {
  const paused = `after ${seconds(pauseAfter ?? 0)} open its mapping is disabled and the breaker keeper probes: no receives are burnt`
  return [
    { name: 'breaker', value: `opens at ${failures} failures within ${seconds(within)}; then messages wait untried` },
    { name: 'while open', value: `one probe each ${seconds(probeEvery)}, which the first success ends` },
    { name: 'paused', value: pauseAfter === undefined ? 'never: messages that wait cost receives' : paused },
  ]
}

const count = (value: number): string => value.toLocaleString('en-GB')
const seconds = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`)
