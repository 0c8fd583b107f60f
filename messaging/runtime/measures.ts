import { Metrics } from './metrics.ts'

/** Counts of a queue's handler. */
export type Count =
  /** Messages whose unit was committed, or that needed none. */
  | 'Handled'
  /** Messages that had been handled before. */
  | 'Deduped'
  /** Attempts that failed, whatever came of it. */
  | 'Failed'
  /** Failed attempts that left the message on the queue. */
  | 'Retried'
  /** Timers that were cancelled or moved before they went off. */
  | 'Superseded'
  /** Messages that went back untried: the breaker was open, the rate used up. */
  | 'Waited'
  /** Messages that left their queue, to come back as a delayed copy. */
  | 'Delayed'
  /** Events that waited for one before them for longer than `alarmAfter`. */
  | 'OverdueGaps'
  /** Answers that were not the best ones. */
  | 'Degraded'
  | 'BreakerOpened'
  | 'BreakerClosed'
  /** Attempts while the breaker was open. */
  | 'Probed'
  | 'DeadLettered'
  /** Messages whose own deadline had passed. */
  | 'Expired'
  | 'Parked'
  /** Parked messages that were taken up again. */
  | 'Resumed'

export interface Measures {
  count(name: Count): void
  /** `ms` in the handler and its commit. */
  processing(ms: number): void
  /** `ms` from the message's making to its effect. */
  critical(ms: number): void
  attempts(count: number): void
}

export const createMetrics = (
  namespace: string,
  service: string,
  dimensions: Readonly<Record<string, string>>,
): Metrics => new Metrics(namespace, { service, ...dimensions })

export function measuresOn(metrics: Metrics): Measures {
  return {
    count: (name) => metrics.add(name, 'Count', 1),
    processing: (ms) => metrics.add('ProcessingTime', 'Milliseconds', ms),
    critical: (ms) => metrics.add('CriticalTime', 'Milliseconds', ms),
    attempts: (count) => metrics.add('Attempts', 'Count', count),
  }
}
