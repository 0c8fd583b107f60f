/**
 * How an event gets from the service's relay to a consumer's queue. Fixed in the contract, so that a new consumer never moves
 * another's messages. `topic`: bus -> rule -> SNS topic -> queue. `direct`: bus -> rule -> queue. `ordered`: relay -> SNS FIFO
 * topic -> queue (the bus gets a copy, for journals and rules of others).
 */
export type Route = 'topic' | 'direct' | 'ordered'
