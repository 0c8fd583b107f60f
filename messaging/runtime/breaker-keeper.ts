import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import middy from '@middy/core'
import type { LambdaContext } from '../context.ts'
import { type KeptBreaker, type KeptBreakers, variables } from '../environment.ts'
import { metricsNamespace } from '../names.ts'
import { type PauseRecord, pauseRecord } from './breaker-pause.ts'
import { probe } from './breaker-probe.ts'
import { dynamoClient, sqsClient, unchained } from './clients.ts'
import { Logger } from './logger.ts'
import { inContext } from './logging.ts'
import { switchMapping } from './mapping-switch.ts'
import { createMetrics } from './measures.ts'
import { flushed, type Metrics } from './metrics.ts'
import { globals, type Ports } from './ports.ts'
import { jsonSetting, settings } from './settings.ts'

/** What the keeper of a service's breakers holds from its first invocation on. */
interface Desk {
  readonly breakers: ReadonlyMap<string, Kept>
  readonly queueUrl: string
  readonly sqs: SQSClient
  readonly lambda: LambdaClient
  readonly logger: Logger
  readonly ports: Ports
}

interface Kept extends KeptBreaker {
  readonly name: string
  readonly record: PauseRecord
  readonly metrics: Metrics
}

export type BreakerKeeperHandler = (event: unknown, context: LambdaContext) => Promise<void>

/** Lambda refused to switch a mapping that is being switched: it takes up to a minute. */
const ASK_AGAIN_SECONDS = 5
/** The longest that SQS delays. */
const MAX_DELAY_SECONDS = 900

/** Makes the Lambda handler of a service's breaker keeper. */
export function startBreakerKeeper(ports: Ports = globals): BreakerKeeperHandler {
  const set = settings({
    app: variables.app,
    service: variables.service,
    table: variables.table,
    breakers: variables.breakers,
    queueUrl: variables.breakerQueueUrl,
  })
  const logger = new Logger(set.service, { keeper: set.service })
  const metrics = createMetrics(metricsNamespace(set.app), set.service, {})
  // Rounds go on for as long as a breaker is open.
  const clients = { dynamo: dynamoClient(), sqs: unchained(sqsClient()), lambda: unchained(new LambdaClient({})) }
  const kept = jsonSetting<KeptBreakers>(variables.breakers, set.breakers)
  const desk = openBreakerKeeper({ ...set, kept }, { ...clients, logger, metrics, ports })
  const handler = middy((event: unknown) => keep(desk, event), { timeoutEarlyInMillis: 0 }).use(inContext(logger))
  for (const { metrics: own } of desk.breakers.values()) handler.use(flushed(own))
  return (event, context) => handler(event, context)
}

interface Tools extends Pick<Desk, 'sqs' | 'lambda' | 'logger' | 'ports'> {
  readonly dynamo: DynamoDBClient
  readonly metrics: Metrics
}

export function openBreakerKeeper(
  set: { readonly table: string; readonly queueUrl: string; readonly kept: KeptBreakers },
  { dynamo, metrics, ...tools }: Tools,
): Desk {
  const place = { dynamo, table: set.table }
  const breakers = Object.entries(set.kept).map(([name, one]): [string, Kept] => [
    name,
    { ...one, name, record: pauseRecord(name, place), metrics: metrics.by({ breaker: name }) },
  ])
  return { ...tools, breakers: new Map(breakers), queueUrl: set.queueUrl }
}

/** One call: by its queue, or by the clock. */
export async function keep(desk: Desk, event: unknown): Promise<void> {
  const { Records, sweep } = event as { Records?: readonly { readonly body: string }[]; sweep?: boolean }
  if (sweep) for (const kept of desk.breakers.values()) await look(desk, kept)
  else for (const { body } of Records ?? []) await hear(desk, JSON.parse(body))
}

async function hear(desk: Desk, { breaker }: { readonly breaker: string }): Promise<void> {
  const kept = desk.breakers.get(breaker)
  if (kept) return tick(desk, kept)
  // Its consumer was deployed without it, which has enabled the mapping.
  desk.logger.warn('no such breaker any more', { breaker })
}

/**
 * One round of a pause: switches consumption off, probes when it is time, and leaves word for the next round. Of several that come at a
 * time one goes on; a round that crashed comes again, as its message does.
 */
async function tick(desk: Desk, kept: Kept): Promise<void> {
  const { ports, logger } = desk
  const { name, record, metrics, mappings, probeEvery } = kept
  const started = ports.now()
  const { state, taken, begun } = await record.takeTick(started, started + probeEvery)
  if (state.kind === 'closed') return resume(desk, kept)
  if (!taken) return
  if (begun) {
    logger.warn('paused: what the consumers call is down', { breaker: name })
    metrics.add('BreakerPaused', 'Count', 1)
  }
  measurePause(kept, state.pausedAt, started)
  await switchAll(desk, kept, false)
  const due = state.until <= ports.now()
  if (due && !(await probe(desk, mappings, Math.floor(started / probeEvery)))) logger.info('nothing to probe with')
  const after = (await record.read()).state
  if (after.kind === 'closed') return resume(desk, kept)
  await leaveWord(desk, kept, Math.max(after.until, started + probeEvery) - ports.now())
}

/** The breaker is closed: consumption goes on, whatever an earlier round may have left behind. */
async function resume(desk: Desk, kept: Kept): Promise<void> {
  const done = await switchAll(desk, kept, true)
  if (!done) return leaveWord(desk, kept, ASK_AGAIN_SECONDS * 1000)
  const { pausedAt } = await kept.record.read()
  // Opened again in the meantime: then it is paused still, and its next round comes.
  if (pausedAt === undefined || !(await kept.record.end())) return
  desk.logger.info('resumed', { breaker: kept.name })
  kept.metrics.add('BreakerResumed', 'Count', 1)
}

/** A pause that has lost its rounds (a message in the dead-letter queue, say) gets another. What nobody paused here is left alone. */
async function look(desk: Desk, kept: Kept): Promise<void> {
  const { pausedAt, tickAt } = await kept.record.read()
  if (pausedAt === undefined) return
  measurePause(kept, pausedAt, desk.ports.now())
  if (tickAt <= desk.ports.now()) await tick(desk, kept)
}

async function switchAll({ lambda, logger }: Desk, { name, mappings }: Kept, enabled: boolean): Promise<boolean> {
  const done = await Promise.all(mappings.map(({ id }) => switchMapping(lambda, id, enabled)))
  if (done.every(Boolean)) return true
  logger.info('a mapping is being changed already', { breaker: name, enabled })
  return false
}

const measurePause = ({ metrics }: Kept, pausedAt: number | undefined, now: number): void =>
  metrics.add('PausedFor', 'Seconds', pausedAt === undefined ? 0 : Math.round((now - pausedAt) / 1000))

/** To come when it is over for certain: SQS counts whole seconds. */
async function leaveWord({ sqs, queueUrl }: Desk, { name }: Kept, ms: number): Promise<void> {
  const DelaySeconds = Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.floor(ms / 1000) + 1))
  await sqs.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ breaker: name }), DelaySeconds }),
  )
}
