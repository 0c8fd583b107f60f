/**
 * The keys of a service's table. `pk` begins with what IAM's `dynamodb:LeadingKeys` can tell apart, so that a consumer's role
 * can write its own marks, outbox rows and parked messages, the items of its declared stores, and nothing else.
 */
export const PARTITION_KEY = 'pk'
export const SORT_KEY = 'sk'
/** Epoch seconds. DynamoDB deletes late, so readers compare it with their own clock. */
export const TTL = 'ttl'
/** Outgoing messages that the relay ships when it sees the item's new image. */
export const OUT = '_out'
/** Optimistic version of a stored item. */
export const VERSION = '_v'
/** Who wrote what an item carries: the relay asks the manifest whether it may. */
export const PRODUCER = '_by'
/** Ids of handled messages that an item remembers, and the time below which it has forgotten some to its chunks. */
export const RING = '_ring'
export const FLOOR = '_floor'

const DAY = 86_400
/** After its saga is closed a step's record lives as long as a redrive may come (14 days) and a mark would have. */
export const CLOSED_STEP_LIFETIME_SECONDS = 44 * DAY
export const MARK_LIFETIME_SECONDS = 30 * DAY
/** A message older than this may have outlived its mark, so that nobody can prove whether it was handled. */
export const AGE_FENCE_SECONDS = 29 * DAY
export const OUTBOX_LIFETIME_SECONDS = 30 * DAY
/** No message stays on an SQS queue for longer. */
export const TRIES_LIFETIME_SECONDS = 14 * DAY

/** A message can be redriven for 14 days, and its mark lives 30. */
export const EFFECT_LIFETIME_SECONDS = 44 * DAY

const RESERVED = [
  'mark',
  'next',
  'out',
  'park',
  'relay',
  'effect',
  'timer',
  'ring',
  'tries',
  'step',
  'saga',
  'breaker',
  'rate',
  'reply',
]

export interface TableKey {
  readonly pk: string
  readonly sk: string
}

export const markKey = (consumerId: string, messageId: string): TableKey => ({
  pk: `mark#${consumerId}#${messageId}`,
  sk: '-',
})

/**
 * How often a message of a standard queue was tried. It goes by SQS's message id, too: what comes back from a dead-letter queue is a
 * new message there, with all its attempts.
 */
export const triesKey = (consumerId: string, messageId: string, sqsMessageId: string): TableKey => ({
  pk: `tries#${consumerId}#${messageId}`,
  sk: sqsMessageId,
})

/** What is known of one step of one saga. It takes the place of a mark; whoever answers a callback finds it by the contract. */
export const stepKey = (contract: string, at: { saga: string; sagaId: string; step: string }): TableKey => ({
  pk: `step#${contract}#${at.saga}/${at.sagaId}/${at.step}`,
  sk: '-',
})

/** Open sagas stand in sixteen partitions, by the first hexadecimal digit of the id's SHA-256. */
export const OPEN_SAGA_SHARDS: readonly string[] = [...'0123456789abcdef']
export const openSagaPartition = (saga: string, shard: string): string => `saga#${saga}#${shard}`
/** @param hash of the saga's id, in hexadecimal */
export const openSagaKey = (saga: string, hash: string, sagaId: string): TableKey => ({
  pk: openSagaPartition(saga, hash.slice(0, 1)),
  sk: sagaId,
})

export const OUTBOX_SHARDS = 4

/**
 * The newest event of an aggregate that a consumer with `expectNext` has handled.
 * @param aggregate `<service>.<name>`: two may have the same id
 */
export const nextKey = (consumerId: string, aggregate: string, aggregateId: string): TableKey => ({
  pk: `next#${consumerId}#${aggregate}#${aggregateId}`,
  sk: '-',
})
export const nextKeys = (consumerId: string): readonly string[] => [`next#${consumerId}#*`]

/** @param hour epoch hours, so that a sweeper finds the rows of a gap. */
export const outboxKey = (consumerId: string, hour: number, shard: number, row: string): TableKey => ({
  pk: `out#${consumerId}#${hour}#${shard}`,
  sk: row,
})

/** @param place sorts a group's messages: SQS sequence number, or the envelope's time and id. */
export const parkedKey = (consumerId: string, group: string, place: string): TableKey => ({
  pk: `park#${consumerId}#${group}`,
  sk: `message#${place}`,
})

/** Tells that a group has parked messages: all of an owner's are in one partition, so that they can be listed. No group is empty. */
export const parkedGroupKey = (owner: string, group: string): TableKey => ({ pk: `park#${owner}#`, sk: group })

/** The group's flag and count. */
export const parkStateKey = (consumerId: string, group: string): TableKey => ({
  pk: `park#${consumerId}#${group}`,
  sk: 'state',
})

export const storeKey = (store: string, key: string | readonly [string, string]): TableKey =>
  typeof key === 'string' ? { pk: `${store}#${key}`, sk: '-' } : { pk: `${store}#${key[0]}`, sk: key[1] }

/**
 * A chunk of an item's older handled ids. They lie beside the item: who may write the one may write the other.
 * @param newest epoch milliseconds of the newest message in it
 */
export const chunkKey = (item: TableKey, newest: number, first: string): TableKey => ({
  pk: item.pk,
  sk: `${chunkPrefix}${String(newest).padStart(15, '0')}#${first}`,
})

export const chunkPrefix = 'ring#'

export const headKey = (aggregate: string, id: string): TableKey => ({ pk: `${aggregate}#${id}`, sk: 'head' })

export const eventPrefix = 'event#'

/** Versions are padded to sort as numbers do. */
export const eventKey = (aggregate: string, id: string, version: number): TableKey => ({
  pk: `${aggregate}#${id}`,
  sk: `${eventPrefix}${String(version).padStart(12, '0')}`,
})

/** @param key of the business, or made of (consumer, message, effect) */
export const effectKey = (effect: string, key: string): TableKey => ({ pk: `effect#${effect}#${key}`, sk: '-' })
/** What all workers know of a breaker, and of a rate. */
export const breakerKey = (name: string): TableKey => ({ pk: `breaker#${name}`, sk: '-' })
export const rateKey = (name: string): TableKey => ({ pk: `rate#${name}`, sk: '-' })

/** @param requester of whom no other knows, so that nobody takes another's reply */
export const replyKey = (requester: string, requestId: string): TableKey => ({
  pk: `reply#${requester}#${requestId}`,
  sk: '-',
})
export const replyKeys: readonly string[] = ['reply#*']
/** Of a reply that nobody has fetched. */
export const REPLY_LIFETIME_SECONDS = 3_600

/** The state of one timer. */
export const timerKey = (command: string, key: string): TableKey => ({ pk: `timer#${command}#${key}`, sk: '-' })
/** A timer that went off or was cancelled is remembered longer than the marks of its messages. */
export const TIMER_LIFETIME_SECONDS = 60 * DAY
export const timerKeys = (command: string): readonly string[] => [`timer#${command}#*`]

/** Values for `dynamodb:LeadingKeys` (with StringLike) of a consumer's own marks, its attempts, its outbox rows, and what it parked. */
export const markKeys = (consumerId: string): readonly string[] => [`mark#${consumerId}#*`]
export const triesKeys = (consumerId: string): readonly string[] => [`tries#${consumerId}#*`]
/** @param consumerId '*' for all */
export const outboxKeys = (consumerId: string): readonly string[] => [`out#${consumerId}#*`]
export const parkKeys = (owner: string): readonly string[] => [`park#${owner}#*`]
/** Of an effect's records, which all consumers that declare it share. */
export const effectKeys = (effect: string): readonly string[] => [`effect#${effect}#*`]

/** Values for `dynamodb:LeadingKeys` of the records of a step's runs. */
export const stepKeys = (contract: string): readonly string[] => [`step#${contract}#*`]

/** The relay parks under a name that no consumer can have (theirs hold a dot). */
export const RELAY = 'relay'

/** What the relay and the sweeper keep about themselves. */
export const relayKeys: readonly string[] = ['relay#*']

/** How far the relay has come. One item: units, the relay and the sweeper read the same. */
export const heartbeatKey: TableKey = { pk: 'relay#heartbeat', sk: '-' }

/** Messages that the sweeper took out of the stream before they were trimmed, in their order. */
export const savedPartition = 'relay#saved'

/** Values for `dynamodb:LeadingKeys` of a store's or an aggregate's items. */
export const storeKeys = (store: string): readonly string[] => [`${store}#*`]

export function assertStoreName(name: string): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new TypeError(`store '${name}': a name is lower-case letters, digits and dashes, and starts with a letter`)
  if (RESERVED.includes(name))
    throw new TypeError(`store '${name}': ${RESERVED.join(', ')} are the kit's own; choose another name`)
}
