import type { Duration } from './duration.ts'
import { milliseconds } from './duration.ts'

const BRAND = Symbol.for('penstock.failure')

export type FailureKind = 'retry' | 'park' | 'dead'

/** What a handler throws to say what happens next. Recognised by brand: two copies of the kit understand each other. */
export abstract class Failure extends Error {
  abstract readonly kind: FailureKind
  /** Becomes part of the metrics' dimensions and of the dead letter: a class of failures, not a sentence. */
  readonly code: string

  constructor(name: string, code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = name
    this.code = code
    Object.defineProperty(this, BRAND, { value: true })
  }
}

export interface RetryOptions {
  /** @default 'Retry' */
  readonly code?: string
  /** How long to wait: up to 12h, as long as SQS hides a message. @default the consumer's back-off decides */
  readonly after?: Duration
  /** Whether this was an attempt. `false` where nothing was tried: what it waits for is not there yet. @default true */
  readonly counts?: boolean
  readonly cause?: unknown
}

const LONGEST_WAIT_MS = 12 * 3_600_000

function hideable(after: Duration): number {
  const ms = milliseconds(after)
  if (ms <= LONGEST_WAIT_MS) return ms
  throw new RangeError(`Retry after '${after}': SQS hides a message for 12h at most; send a delayed command instead`)
}

/** Try again later. @throws RangeError where `after` is longer than 12h */
export class Retry extends Failure {
  readonly kind = 'retry'
  /** Milliseconds; without it the consumer's back-off decides. */
  readonly after: number | undefined
  /** Whether it uses up an attempt. */
  readonly counts: boolean

  constructor(message: string, options: RetryOptions = {}) {
    super('Retry', options.code ?? 'Retry', message, { cause: options.cause })
    this.after = options.after === undefined ? undefined : hideable(options.after)
    this.counts = options.counts ?? true
  }
}

/** Thrown by an effect's call that knows that nothing has happened outside: a refused connection, say. As `Retry` otherwise. */
export class NotPerformed extends Retry {
  constructor(message: string, options: { after?: Duration; cause?: unknown } = {}) {
    super(message, { ...options, code: 'NotPerformed' })
  }
}

/** Keep the message in the park store until an operator, or a newer version of the consumer, takes it up again. */
export class Park extends Failure {
  readonly kind = 'park'

  constructor(message: string, options: { code?: string; cause?: unknown } = {}) {
    super('Park', options.code ?? 'Park', message, { cause: options.cause })
  }
}

/** Code of what is parked because the code that reads it is not deployed yet. */
export const NEWER_VERSION = 'NewerVersion'

/** No attempt can succeed: to the dead-letter queue now, with this reason. */
export class Dead extends Failure {
  readonly kind = 'dead'

  constructor(message: string, options: { code?: string; cause?: unknown } = {}) {
    super('Dead', options.code ?? 'Dead', message, { cause: options.cause })
  }
}

/** The unit does not fit one atomic write, or a message does not fit its route. Retrying cannot help. */
export class TooLarge extends Dead {
  readonly actual: number
  readonly limit: number

  constructor(what: string, actual: number, limit: number, way: string) {
    super(`${what}: ${actual}, over the limit of ${limit}; ${way}`, { code: 'TooLarge' })
    this.actual = actual
    this.limit = limit
  }
}

export function isFailure(error: unknown): error is Retry | Park | Dead {
  return typeof error === 'object' && error !== null && BRAND in error
}
