import type { MetricTransformation } from '@aws-sdk/client-cloudwatch-logs'
import type { Pattern } from '../patterns/pattern.ts'
import type { LogStream } from './stream.ts'
import type { SubscriptionFilter } from './subscriptions.ts'

/** Turns matching events into points of a metric. */
export interface MetricFilter {
  readonly name: string
  readonly source: string
  readonly pattern: Pattern
  readonly transformations: readonly MetricTransformation[]
  readonly createdAt: number
}

export interface LogGroup {
  readonly name: string
  /** Without the `:*` that stands for its streams. */
  readonly arn: string
  readonly createdAt: number
  /** Days; `undefined` keeps events for ever. */
  retention: number | undefined
  readonly streams: Map<string, LogStream>
  readonly filters: Map<string, MetricFilter>
  readonly subscriptions: Map<string, SubscriptionFilter>
  kmsKeyId: string | undefined
  readonly tags: Map<string, string>
}

const DAY_MS = 86_400_000

/** Events before this instant are gone. */
export const keptSince = ({ retention }: LogGroup, now: number): number =>
  retention === undefined ? Number.NEGATIVE_INFINITY : now - retention * DAY_MS
