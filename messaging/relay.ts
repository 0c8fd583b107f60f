import { type StreamEvent, type StreamHandler, startRelay } from './runtime/relay.ts'

let started: StreamHandler | undefined

/** The entry of a service's relay: a Lambda handler over the stream of the service's table. */
export const handler: StreamHandler = (event: StreamEvent, context) => {
  started ??= startRelay()
  return started(event, context)
}
