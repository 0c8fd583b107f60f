/**
 * A message as it travels: CloudEvents 1.0 in JSON. Extension names are lower case without separators, as CloudEvents asks;
 * `partitionkey` and `traceparent` are its registered extensions.
 */
export interface Envelope<D = unknown> {
  readonly specversion: '1.0'
  /** The message's identity on its whole way. Redelivery and redrive keep it. */
  readonly id: string
  /** The service that says it. */
  readonly source: string
  /** The contract's name. */
  readonly type: string
  /** When it was made, RFC 3339 in UTC. */
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly data: D
  /** Of what is packed: the data in JSON, compressed. */
  readonly dataencoding?: 'gzip'
  /** The data in JSON, compressed, in base64; `data` then holds only what the contract keeps plain. */
  readonly datapacked?: string
  /** Where the data is (CloudEvents' extension for claim checks): `s3://bucket/key`. `data` then holds only what the contract keeps plain. */
  readonly dataref?: string
  /** Of what `dataref` names: SHA-256 in hexadecimal digits. */
  readonly datahash?: string
  /** Of what `dataref` names: bytes. */
  readonly datasize?: number
  /** Version of the contract that `data` follows. */
  readonly dataversion: number
  /** The contract's key. */
  readonly partitionkey: string
  /** Shared by all messages that stem from one request. */
  readonly correlationid: string
  /** Id of the message that this one was caused by; absent on the first. */
  readonly causationid?: string
  /** Id of the message that an operator edited to make this one. */
  readonly editof?: string
  /** W3C trace context. */
  readonly traceparent?: string
  /**
   * After this time nobody wants the effect any more: consumers drop the message. RFC 3339 in UTC. Commands inherit it from their
   * cause, events do not: what has happened does not expire.
   */
  readonly deadline?: string
  /** Nobody handles it before this time. RFC 3339 in UTC. */
  readonly notbefore?: string
  /** Of a delayed retry: attempts that the message has had. It is the same message, under the same id. */
  readonly attempts?: number
  /** Of a delayed retry: SQS's id of the message that left its queue for it. */
  readonly retryof?: string
  /** Of a delayed retry: when it comes back. RFC 3339 in UTC. */
  readonly retryat?: string
  /** Key of the timer that it is the going off of. */
  readonly timer?: string
  /** Whose message it is, where tenants share a queue. */
  readonly tenant?: string
  /** Of a request: who waits for the reply. */
  readonly replyto?: string
  /** How many consumers stand between this message and the first. */
  readonly hops: number
  /** Place among the events of its aggregate: version of the event, without gaps from 1. */
  readonly seq?: number
  /** Of `seq`: name of the aggregate. Another one may have the same key. */
  readonly aggregate?: string
}

/** A chain of messages longer than this is a loop. */
export const MAX_HOPS = 100
