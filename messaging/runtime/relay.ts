import middy from '@middy/core'
import type { LambdaContext } from '../context.ts'
import { operationIn } from '../operation.ts'
import type { BatchResponse } from '../queue-handler.ts'
import { number, stuckAttribute } from './heartbeat-item.ts'
import { inContext } from './logging.ts'
import { flushed } from './metrics.ts'
import { globals, type Ports } from './ports.ts'
import { publish } from './publishing.ts'
import { openRelayDesk, type RelayDesk } from './relay-desk.ts'
import { instantOf, type StreamRecord } from './stream-record.ts'

export interface StreamEvent {
  readonly Records: readonly StreamRecord[]
}

/** Over the stream of the service's table; what an operator's tools ask is answered otherwise. */
export type StreamHandler = (event: StreamEvent, context: LambdaContext) => Promise<BatchResponse>

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** The stream drops records after 24 h: what is older than this may have had predecessors that are gone. */
const ALMOST_TRIMMED = 23 * HOUR

/** Makes the Lambda handler that ships what a service's units have committed. */
export const startRelay = (ports: Ports = globals): StreamHandler => relayAt(openRelayDesk(ports, 'relay'))

export function relayAt(desk: RelayDesk): StreamHandler {
  const beat = beats(desk)
  const run = async (event: StreamEvent, context: LambdaContext) => {
    const operation = operationIn(event)
    if (!operation) return relay(desk, beat, event)
    const { operateRelay } = await import('./relay-operate.ts')
    return operateRelay(desk, operation, context)
  }
  return middy(run, { timeoutEarlyInMillis: 0 }).use(inContext(desk.logger)).use(flushed(desk.metrics))
}

type Beat = (records: readonly StreamRecord[]) => Promise<void>

async function relay(desk: RelayDesk, beat: Beat, { Records }: StreamEvent): Promise<BatchResponse> {
  const [first] = Records
  if (!first) return { batchItemFailures: [] }
  const age = desk.ports.now() - instantOf(first)
  desk.metrics.add('StreamAge', 'Milliseconds', Math.max(0, age))
  const failed = age > HOUR ? await late(desk, Records) : await publish(desk, Records)
  if (failed === undefined) await beat(Records)
  return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] }
}

/**
 * Far behind, the relay looks first whether the sweeper is at it, and leaves it to it: the sweeper begins with what the stream has
 * dropped, and what comes later must not overtake that. What the sweeper has published is done.
 */
async function late(desk: RelayDesk, records: readonly StreamRecord[]): Promise<string | undefined> {
  const { sweepingSince, sweptUntil = 0, stuck } = await desk.heartbeat.read(true)
  const left = records.filter((record) => instantOf(record) > sweptUntil)
  const known = records.flatMap(({ dynamodb }) => (stuck.has(dynamodb.SequenceNumber) ? [dynamodb.SequenceNumber] : []))
  const [first] = left
  if (first) await begun(desk, first, known)
  const dropped = first && desk.ports.now() - instantOf(first) > ALMOST_TRIMMED
  if (first && (sweepingSince !== undefined || dropped)) {
    await desk.heartbeat.advance({ waitingAt: desk.ports.now() })
    desk.logger.warn('left to the sweeper: the stream may have dropped what came before')
    return first.dynamodb.SequenceNumber
  }
  const failed = await publish(desk, left)
  const failing = left.find(({ dynamodb }) => dynamodb.SequenceNumber === failed)
  if (failing) await begun(desk, failing, known)
  const over = known.filter((sequenceNumber) => sequenceNumber !== failed)
  if (over.length > 0) await desk.heartbeat.change({}, over.map(stuckAttribute))
  return failed
}

/** Known beforehand: a relay that dies of a record could not tell afterwards. */
async function begun({ heartbeat }: RelayDesk, record: StreamRecord, known: string[]): Promise<void> {
  const { SequenceNumber } = record.dynamodb
  if (known.includes(SequenceNumber)) return
  await heartbeat.change(number(stuckAttribute(SequenceNumber), instantOf(record)))
  known.push(SequenceNumber)
}

/** Writes down how far it has come, at most once a minute. */
function beats({ heartbeat, ports, logger }: RelayDesk): Beat {
  let next = 0
  return async (records) => {
    if (ports.now() < next) return
    next = ports.now() + MINUTE
    try {
      await heartbeat.advance({ publishedUntil: Math.max(...records.map(instantOf)) })
    } catch (error) {
      // What was shipped is shipped; units that see no heartbeat take the way that costs more and keeps longer.
      logger.warn('no heartbeat', { reason: String(error) })
    }
  }
}
