import type { Envelope } from '../envelope.ts'
import type { Destinations, Manifest, ScheduleTarget } from '../environment.ts'
import type { CarrierTo } from './carriers/letter.ts'
import { isForScheduler } from './delays.ts'
import type { Outgoing } from './outgoing.ts'

/** Where a service's messages may go, and which of its consumers may send them. */
export interface Dispatch {
  readonly bus: string
  readonly destinations: Destinations
  readonly manifest: Manifest
}

/** A way out of the service. Each brings its own SDK client, so it is loaded by the first relay that uses it. */
export type Means = 'bus' | 'topic' | 'queue' | 'schedule' | 'unschedule' | 'machine' | 'errand'

export interface Destination {
  readonly means: Means
  /** The bus's name, the topic's ARN, the queue's URL, the schedule group's name, the ARN of the machine's alias. */
  readonly address: string
  /** What a schedule is made of. */
  readonly target?: ScheduleTarget
}

/** A message as its destinations are asked for. */
interface Freight {
  readonly outgoing: Outgoing
  readonly envelope: Envelope
  /** Id of the consumer that it leaves. */
  readonly producer: string
}

/** What the relay ships: for each kind of outgoing message, where to. Nowhere: it is parked. @param now epoch milliseconds */
export const FREIGHT: Readonly<
  Record<Outgoing['kind'], (dispatch: Dispatch, freight: Freight, now: number) => readonly Destination[]>
> = {
  // Every event goes to the bus; an ordered one, and one by tenant, also to its topic: a rule can set no message group.
  event: ({ bus, destinations: { topics } }, { envelope: { type } }) => [
    { means: 'bus', address: bus },
    ...known('topic', topics[type]),
  ],
  command: ({ destinations: { queues, low = {}, schedules = {} } }, { envelope, outgoing: { priority } }, now) => {
    const { type } = envelope
    if (isForScheduler(envelope, now)) return held('schedule', schedules[type])
    return known('queue', priority ? low[type] : queues[type])
  },
  // Back to where it came from, whatever it is.
  retry: ({ destinations: { retries = {} } }, { envelope, outgoing: { priority }, producer }, now) => {
    const own = retries[producer]
    if (!own) return []
    if (isForScheduler(envelope, now)) return held('schedule', own.schedule)
    return known('queue', priority ? own.low : own.queue)
  },
  cancellation: ({ destinations: { schedules = {} } }, { envelope: { type } }) => held('unschedule', schedules[type]),
  saga: ({ destinations: { sagas = {} } }, { envelope: { type } }) => known('machine', sagas[type]),
  // What a saga's task waits for: its token says where it goes.
  errand: () => [{ means: 'errand', address: 'states' }],
}

/** How it gets there. */
export const CARRIERS: Readonly<Record<Means, (now: () => number) => Promise<CarrierTo>>> = {
  bus: async () => (await import('./carriers/bus.ts')).carrierToBus(),
  topic: async () => (await import('./carriers/topic.ts')).carrierToTopic(),
  queue: async (now) => (await import('./carriers/queue.ts')).carrierToQueue(now),
  schedule: async () => (await import('./carriers/schedule.ts')).carrierToScheduler(),
  unschedule: async () => (await import('./carriers/schedule.ts')).carrierFromScheduler(),
  machine: async () => (await import('./carriers/machine.ts')).carrierToMachine(),
  errand: async () => (await import('./carriers/errand.ts')).carrierOfErrands(),
}

const known = (means: Means, address: string | undefined): readonly Destination[] =>
  address === undefined ? [] : [{ means, address }]

const held = (means: Means, target: ScheduleTarget | undefined): readonly Destination[] =>
  target === undefined ? [] : [{ means, address: target.group, target }]
