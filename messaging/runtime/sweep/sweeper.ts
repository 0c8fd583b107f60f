import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import middy from '@middy/core'
import type { LambdaContext } from '../../context.ts'
import { variables } from '../../environment.ts'
import { LONG_BACKLOG_MS } from '../backlog.ts'
import { type Heartbeat, MARGIN, nothingWaitsBefore, oldestUnpublished } from '../heartbeat.ts'
import { number, positionAttribute, stuckAttribute } from '../heartbeat-item.ts'
import { inContext } from '../logging.ts'
import { flushed } from '../metrics.ts'
import { globals, type Ports } from '../ports.ts'
import { publish } from '../publishing.ts'
import { openRelayDesk, type RelayDesk } from '../relay-desk.ts'
import { settings } from '../settings.ts'
import { instantOf, type StreamRecord, unload } from '../stream-record.ts'
import { publishRows } from './rows.ts'
import { publishSaved, save } from './saved.ts'
import { type Page, readStream } from './stream.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** The stream drops records after 24 h. */
const TRIMMED = 23 * HOUR
/** A relay that waits for the sweeper says so at each try, and the stream tries once a minute. */
const WAITING = 10 * MINUTE

/** Makes the Lambda handler that publishes in the relay's place while that is long behind. */
export function startSweeper(ports: Ports = globals): (event: unknown, context: LambdaContext) => Promise<void> {
  const desk = openRelayDesk(ports, 'sweeper')
  const { stream } = settings({ stream: variables.stream })
  const streams = new DynamoDBStreamsClient({})
  const run = (_event: unknown, context: LambdaContext) =>
    sweep(
      desk,
      (positions, until) => readStream(streams, stream, positions, until),
      () => context.getRemainingTimeInMillis() > MINUTE,
    )
  const handler = middy(run, { timeoutEarlyInMillis: 0 }).use(inContext(desk.logger)).use(flushed(desk.metrics))
  return (event, context) => handler(event, context)
}

type Read = (positions: Heartbeat['positions'], until: number) => AsyncIterable<Page>

/** Does nothing unless something has waited for six hours; then everything, from the oldest on, until the relay is back. */
async function sweep(desk: RelayDesk, read: Read, hasTime: () => boolean): Promise<void> {
  const { heartbeat, ports, logger } = desk
  const started = ports.now()
  const beat = await heartbeat.read(true)
  const oldest = oldestUnpublished(beat)
  // The count of hours begins with the first look, should the relay never come to life.
  if (oldest === undefined) return heartbeat.advance({ watchedSince: started })
  if (beat.sweepingSince === undefined) {
    if (started - oldest <= LONG_BACKLOG_MS) return
    await heartbeat.change(number('sweepingSince', started))
  }
  const from = nothingWaitsBefore(beat, oldest)
  let able = await publishSaved(desk)
  if (able && started - oldest > TRIMMED) able = await publishRows(desk, from, started - TRIMMED)
  let newest = 0
  for await (const page of read(beat.positions, started)) {
    const waiting = page.records.filter((record) => instantOf(record) >= from && unload(record))
    newest = Math.max(newest, ...waiting.map(instantOf))
    able = await publishOrSave(desk, waiting, able)
    await heartbeat.change({ [positionAttribute(page.shardId)]: { S: page.position } })
    // The next sweep goes on from here.
    if (!hasTime()) return
  }
  if (newest > 0) logger.warn('the relay is long behind: published in its place', { able })
  if (able) await finish(desk, started, newest)
}

/** Once something cannot leave, all that comes after it is kept behind it. Answers whether everything left. */
async function publishOrSave(desk: RelayDesk, records: readonly StreamRecord[], able: boolean): Promise<boolean> {
  const failed = able ? await publish(desk, records) : records[0]?.dynamodb.SequenceNumber
  if (failed === undefined) return able
  await save(desk, records.slice(records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failed)))
  return false
}

/**
 * Everything until now has left. It is over where the relay waits for that, or has itself come as far as the newest record, or
 * where there was none, since the service was at rest. Else the next sweep does the relay's work again.
 */
async function finish({ heartbeat, ports }: RelayDesk, started: number, newest: number): Promise<void> {
  await heartbeat.advance({ sweptUntil: started - MARGIN })
  const { publishedUntil = 0, waitingAt = 0, positions, stuck } = await heartbeat.read(true)
  const swept = [...stuck].flatMap(([sequenceNumber, at]) =>
    at < started - MARGIN ? [stuckAttribute(sequenceNumber)] : [],
  )
  const isAlive = ports.now() - waitingAt < WAITING || publishedUntil >= newest - MARGIN
  const over = isAlive ? ['sweepingSince', ...[...positions.keys()].map(positionAttribute)] : []
  await heartbeat.change({}, [...swept, ...over])
}
