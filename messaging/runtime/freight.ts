import type { Destinations, Manifest } from '../environment.ts'
import type { CarrierTo } from './carriers/letter.ts'
import type { Outgoing } from './outgoing.ts'

/** Where a service's messages may go, and which of its consumers may send them. */
export interface Dispatch {
  readonly bus: string
  readonly destinations: Destinations
  readonly manifest: Manifest
}

/** A way out of the service. Each brings its own SDK client, so it is loaded by the first relay that uses it. */
export type Means = 'bus' | 'topic' | 'queue'

export interface Destination {
  readonly means: Means
  /** The bus's name, the topic's ARN, the queue's URL. */
  readonly address: string
}

/** What the relay ships: for each kind of outgoing message, its destinations by the contract's name. None: it is parked. */
export const FREIGHT: Readonly<Record<Outgoing['kind'], (dispatch: Dispatch, type: string) => readonly Destination[]>> =
  {
    // Every event goes to the bus; an ordered one also to its topic, for those who want it in order.
    event: ({ bus, destinations: { topics } }, type) => [
      { means: 'bus', address: bus },
      ...known('topic', topics[type]),
    ],
    command: ({ destinations: { queues } }, type) => known('queue', queues[type]),
  }

/** How it gets there. */
export const CARRIERS: Readonly<Record<Means, () => Promise<CarrierTo>>> = {
  bus: async () => (await import('./carriers/bus.ts')).carrierToBus(),
  topic: async () => (await import('./carriers/topic.ts')).carrierToTopic(),
  queue: async () => (await import('./carriers/queue.ts')).carrierToQueue(),
}

const known = (means: Means, address: string | undefined): readonly Destination[] =>
  address === undefined ? [] : [{ means, address }]
