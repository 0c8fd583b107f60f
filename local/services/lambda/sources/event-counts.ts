import type { CloudContext } from '../../../service.ts'
import type { Mapping } from './mapping.ts'

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics */
type EventCount =
  | 'PolledEventCount'
  | 'FilteredOutEventCount'
  | 'InvokedEventCount'
  | 'FailedInvokeEventCount'
  | 'DeletedEventCount'
  | 'DroppedEventCount'
  | 'OnFailureDestinationDeliveredEventCount'

/** Counts a mapping's events where it is told to (MetricsConfig): by the mapping, not by the function. */
export function countEvents(context: CloudContext, mapping: Mapping, name: EventCount, events: number): void {
  if (events === 0 || !mapping.settings.metrics.includes('EventCount')) return
  context.metric('AWS/Lambda', name, { EventSourceMappingUUID: mapping.uuid }, events, 'Count')
}
