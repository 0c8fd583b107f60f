import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { entryObstacle } from '../obstacle.ts'
import type { CarrierTo } from './letter.ts'

/** To an EventBridge bus: the envelope is the event's detail. */
export function carrierToBus(client = new EventBridgeClient({})): CarrierTo {
  return (bus) => async (letters) => {
    const Entries = letters.map(({ envelope, outgoing }) => ({
      EventBusName: bus,
      Source: envelope.source,
      DetailType: envelope.type,
      Detail: outgoing.body,
      Time: new Date(envelope.time),
      ...(envelope.traceparent !== undefined && { TraceHeader: toXRay(envelope.traceparent) }),
    }))
    const answer = await client.send(new PutEventsCommand({ Entries }))
    return letters.map((_, index) => {
      const entry = answer.Entries?.[index]
      return entry?.EventId ? undefined : entryObstacle(entry?.ErrorCode, entry?.ErrorMessage)
    })
  }
}

/** Root, Parent and Sampled only; never Lineage, which Lambda counts as a loop. */
function toXRay(traceparent: string): string {
  const [, traceId = '', spanId, flags] = traceparent.split('-')
  return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=${flags === '01' ? 1 : 0}`
}
