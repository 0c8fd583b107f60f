import type { ConsumerDeclaration, ContractDeclaration } from '../../messaging/index.ts'
import { busName, consumerName, queueName, relayName, topicName } from '../../messaging/names.ts'

export interface Hop {
  readonly what: 'relay' | 'sender' | 'scheduler' | 'bus' | 'rule' | 'topic' | 'subscription' | 'queue' | 'function'
  readonly name: string
  /** What happens to a message that cannot go on from here. */
  readonly failing?: string
}

export interface RouteOf {
  /** A contract, or 'every event'. */
  readonly message: string
  readonly hops: readonly Hop[]
}

/** How each kind of message gets to the consumer, hop by hop. */
export function routesOf(app: string, declaration: ConsumerDeclaration): readonly RouteOf[] {
  const end = lastHops(app, declaration)
  if (declaration.on === 'every event')
    return [{ message: 'every event', hops: [bus(app), rule(consumerName(app, declaration.id)), ...end] }]
  return declaration.on.map((contract) => ({
    message: contract.name,
    hops: [...firstHops(app, declaration, contract), ...end],
  }))
}

function firstHops(app: string, declaration: ConsumerDeclaration, contract: ContractDeclaration): readonly Hop[] {
  if (contract.kind === 'command')
    return [
      { what: 'sender', name: 'relay of whoever sends it, endpoint or client' },
      ...(contract.scheduled ? [{ what: 'scheduler', name: 'for delays over 15 minutes' } as const] : []),
    ]
  const relay: Hop = {
    what: 'relay',
    name: relayName(app, contract.service),
    failing: 'retried without end; what can never leave is parked, its group with it',
  }
  const topic: Hop = { what: 'topic', name: topicName(app, contract) }
  const subscription: Hop = {
    what: 'subscription',
    name: declaration.where ? 'filtered by its `where`' : 'unfiltered',
    failing: `retried for 23 days, then ${declaration.delivery.bestEffort ? 'lost' : 'its undelivered queue'}`,
  }
  if (contract.route === 'ordered' || contract.route === 'tenant') return [relay, topic, subscription]
  if (contract.route === 'direct') return [relay, bus(app), rule(consumerName(app, declaration.id))]
  return [relay, bus(app), rule(topicName(app, { name: contract.name, ordered: false })), topic, subscription]
}

const bus = (app: string): Hop => ({ what: 'bus', name: busName(app) })

const rule = (name: string): Hop => ({
  what: 'rule',
  name,
  failing: 'retried for 24 h, at most 185 times, then a dead-letter queue',
})

const endOf = ({ ordered, bestEffort }: ConsumerDeclaration['delivery']): string => {
  if (bestEffort) return 'lost'
  return ordered ? 'its group is parked' : 'its dead-letter queue, with the reason'
}

const lastHops = (app: string, { id, delivery }: ConsumerDeclaration): readonly Hop[] => [
  {
    what: 'queue',
    name: queueName(app, id, delivery.ordered),
    failing: endOf(delivery),
  },
  { what: 'function', name: consumerName(app, id) },
]
