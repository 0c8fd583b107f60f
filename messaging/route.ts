/**
 * How an event gets from the service's relay to a consumer's queue. Fixed in the contract, so that a new consumer never moves
 * another's messages. `topic`: bus -> rule -> SNS topic -> queue. `direct`: bus -> rule -> queue. `ordered`: relay -> SNS FIFO
 * topic -> queue (the bus gets a copy, for journals and rules of others). `tenant`: as `ordered`, over a standard topic with the
 * tenant as message group, which makes the queues behind it fair.
 */
export type Route = 'topic' | 'direct' | 'ordered' | 'tenant'

/** Whether the relay brings the event to its topic itself: a rule can set no message group. */
export const isRelayed = (route: string): boolean => route === 'ordered' || route === 'tenant'
