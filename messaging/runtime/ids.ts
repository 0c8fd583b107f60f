import { createHash } from 'node:crypto'

/** SHA-256 of a text, in hexadecimal. */
export const digest256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** 128 bits of SHA-256 over the parts, in hexadecimal. Parts are kept apart: ('ab', 'c') is not ('a', 'bc'). */
export function digest(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/**
 * The id of the `index`-th message that a consumer emits for a cause. The consumer belongs in it: two consumers of one event
 * would otherwise give their first messages the same id, and a common subscriber would drop one.
 */
export const emittedId = (consumerId: string, causeId: string, index: number): string =>
  digest(consumerId, causeId, index)

/** The id of a request's `index`-th command: a client that retries under its key sends the same command. */
export const requestedId = (caller: string, endpointId: string, key: string, index: number): string =>
  digest(caller, endpointId, key, index)

/** A key as a FIFO group: SQS and SNS take 128 visible ASCII characters; another key is known by its digest. */
export const groupIdOf = (key: string): string => (/^[\x21-\x7e]{1,128}$/.test(key) ? key : digest(key))
