import type { AnyContract, MessageOf } from './contract.ts'
import type { Envelope } from './envelope.ts'

/** What a handler knows of the message beside its data. */
export interface MessageContext<C extends AnyContract> {
  readonly envelope: Envelope
  /** The message as a tagged value: narrow it by `type` where a consumer takes several contracts. */
  readonly message: MessageOf<C>
  /** 1 for the first delivery. */
  readonly attempt: number
  /** Aborted in good time before Lambda would kill the function. */
  readonly signal: AbortSignal
  /** When this attempt began. */
  readonly now: Date
  readonly logger: HandlerLogger
  /** Counts an answer that is not the best one: `withFallback` does. */
  degraded(): void
}

/** Structured logging; every line carries the consumer, the message, its correlation and its trace. */
export interface HandlerLogger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** What the kit uses of Lambda's context. */
export interface LambdaContext {
  readonly functionName: string
  readonly awsRequestId: string
  getRemainingTimeInMillis(): number
}
