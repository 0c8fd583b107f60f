import type { Logger } from '@aws-lambda-powertools/logger'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware'
import middy from '@middy/core'
import type { LambdaContext } from '../context.ts'
import { type Destinations, type Manifest, variables } from '../environment.ts'
import { metricsNamespace } from '../names.ts'
import type { BatchResponse } from '../queue-handler.ts'
import { RELAY } from '../table-layout.ts'
import type { CarrierTo } from './carriers/letter.ts'
import { dynamoClient } from './clients.ts'
import { CARRIERS, type Destination, type Dispatch, type Means } from './freight.ts'
import { createLogger, errorFields } from './logging.ts'
import { createMetrics } from './measures.ts'
import { openParking, type Parking } from './parking.ts'
import { globals, type Ports } from './ports.ts'
import { type Addressed, address, type Unpublishable } from './routing.ts'
import { jsonSetting, settings } from './settings.ts'
import { type Carrier, ship } from './ship.ts'
import { type StreamRecord, unload } from './stream-record.ts'
import { openTable } from './table.ts'

export interface StreamEvent {
  readonly Records: readonly StreamRecord[]
}

export type StreamHandler = (event: StreamEvent, context: LambdaContext) => Promise<BatchResponse>

/** What the relay of one service holds from its first invocation on. */
interface Desk {
  readonly dispatch: Dispatch
  readonly parking: Parking
  readonly carrierTo: (destination: Destination) => Promise<Carrier<Addressed>>
  readonly logger: Logger
  readonly metrics: Metrics
  readonly ports: Ports
}

/** Passing failures are tried so often within an invocation, then by the stream, without end. */
const TRIES = 4

/** Makes the Lambda handler that ships what a service's units have committed. */
export function startRelay(ports: Ports = globals): StreamHandler {
  const desk = openDesk(ports)
  return middy((event: StreamEvent) => relay(desk, event), { timeoutEarlyInMillis: 0 })
    .use(injectLambdaContext(desk.logger))
    .use(logMetrics(desk.metrics))
}

function openDesk(ports: Ports): Desk {
  const set = settings({
    app: variables.app,
    service: variables.service,
    table: variables.table,
    bus: variables.bus,
    manifest: variables.manifest,
    destinations: variables.destinations,
  })
  const dynamo = dynamoClient()
  const destinations = jsonSetting<Destinations>(variables.destinations, set.destinations)
  return {
    dispatch: { bus: set.bus, destinations, manifest: jsonSetting<Manifest>(variables.manifest, set.manifest) },
    parking: openParking(dynamo, openTable(dynamo, set.table, ports), RELAY, ports),
    carrierTo: carriers(ports),
    logger: createLogger(set.service, { relay: set.service }),
    metrics: createMetrics(metricsNamespace(set.app), set.service, { relay: set.service }),
    ports,
  }
}

/** Each way out is opened once, when something first goes there. */
function carriers({ now }: Ports): Desk['carrierTo'] {
  const open = new Map<Means, Promise<CarrierTo>>()
  return async ({ means, address, target }) => {
    const opened = open.get(means) ?? CARRIERS[means](now)
    open.set(means, opened)
    return (await opened)(address, target)
  }
}

async function relay(desk: Desk, { Records }: StreamEvent): Promise<BatchResponse> {
  const { letters, unpublishable } = address(
    desk.dispatch,
    Records.flatMap((record) => unload(record) ?? []),
    desk.ports.now(),
  )
  const quarantined = await parkAll(desk, unpublishable)
  const { open, behind } = await behindParked(desk, letters)
  const held = await parkAll(desk, behind)
  const lanes = Map.groupBy(open, ({ destination: { means, address } }) => `${means} ${address}`)
  const failed = await Promise.all([...lanes.values()].map((lane) => shipLane(desk, lane)))
  measure(desk, Records, open.length)
  return {
    batchItemFailures: lowest([...quarantined, ...held, ...failed.flat()]).map((itemIdentifier) => ({
      itemIdentifier,
    })),
  }
}

/** Ships one destination's letters; answers the sequence numbers of records to be retried by the stream. */
async function shipLane(desk: Desk, lane: readonly Addressed[]): Promise<readonly string[]> {
  const [first] = lane
  if (!first) return []
  const undelivered = await ship(lane, await desk.carrierTo(first.destination), desk.ports, TRIES)
  const failing: string[] = []
  const hopeless: Unpublishable[] = []
  for (const [letter, obstacle] of undelivered) {
    if (obstacle.passing) failing.push(letter.sequenceNumber)
    else hopeless.push(unpublishable(letter, obstacle.code, obstacle.message))
  }
  if (failing.length > 0)
    desk.logger.warn('not delivered, the stream tries again', { ...told(first.destination), count: failing.length })
  return [...failing, ...(await parkAll(desk, hopeless))]
}

const told = (destination: Destination | undefined): Readonly<Record<string, string>> =>
  destination === undefined ? {} : { means: destination.means, address: destination.address }

/** In order of the stream, one after the other: a parked group keeps its order. Answers the records that could not be parked. */
async function parkAll(desk: Desk, unpublishable: readonly Unpublishable[]): Promise<readonly string[]> {
  for (const [index, { parkGroup: group, place, body, code, reason, ...letter }] of unpublishable.entries()) {
    const facts = { ...told(letter.destination), producer: letter.producer }
    try {
      await desk.parking.park({ group, place, body, code, reason, facts })
    } catch (error) {
      desk.logger.error('could not park, the stream tries again', { group, ...errorFields(error) })
      return unpublishable.slice(index).map(({ sequenceNumber }) => sequenceNumber)
    }
    desk.logger.error('parked: it can never be published as it is', { group, code, reason, ...facts })
    desk.metrics.addMetric('Parked', MetricUnit.Count, 1)
  }
  return []
}

/** Letters of an ordered group that has one parked before them must not overtake it. */
async function behindParked(
  { parking }: Desk,
  letters: readonly Addressed[],
): Promise<{ open: readonly Addressed[]; behind: readonly Unpublishable[] }> {
  const groups = [...new Set(letters.flatMap(({ group, parkGroup }) => (group === undefined ? [] : [parkGroup])))]
  if (groups.length === 0) return { open: letters, behind: [] }
  const states = await parking.states(groups)
  const isBehind = ({ group, parkGroup }: Addressed) => group !== undefined && (states.get(parkGroup)?.parked ?? 0) > 0
  return {
    open: letters.filter((letter) => !isBehind(letter)),
    behind: letters
      .filter(isBehind)
      .map((letter) => unpublishable(letter, 'BehindParked', 'an earlier message of its group is parked')),
  }
}

const unpublishable = (letter: Addressed, code: string, reason: string): Unpublishable => ({
  ...letter,
  body: letter.outgoing.body,
  code,
  reason,
})

/** The stream retries everything from the lowest on. */
function lowest(sequenceNumbers: readonly string[]): readonly string[] {
  const [first] = [...sequenceNumbers].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
  return first === undefined ? [] : [first]
}

function measure({ metrics, ports }: Desk, records: readonly StreamRecord[], shipped: number): void {
  metrics.addMetric('Shipped', MetricUnit.Count, shipped)
  const oldest = records[0]?.dynamodb.ApproximateCreationDateTime
  if (oldest !== undefined)
    metrics.addMetric('StreamAge', MetricUnit.Milliseconds, Math.max(0, ports.now() - oldest * 1000))
}
