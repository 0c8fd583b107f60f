import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SFNClient } from '@aws-sdk/client-sfn'
import middy from '@middy/core'
import type { LambdaContext } from '../context.ts'
import { type KeptSaga, type KeptSagas, variables } from '../environment.ts'
import { metricsNamespace } from '../names.ts'
import { dynamoClient } from './clients.ts'
import { Logger } from './logger.ts'
import { inContext } from './logging.ts'
import { createMetrics } from './measures.ts'
import { flushed, type Metrics } from './metrics.ts'
import { globals, type Ports } from './ports.ts'
import { endExecution, type StatusChange } from './saga-end.ts'
import { type OpenSagas, openSagasOf } from './saga-open.ts'
import { sweepSagas } from './saga-sweep.ts'
import { jsonSetting, settings } from './settings.ts'
import { openTable } from './table.ts'

/** What the keeper of a service's sagas holds from its first invocation on. */
export interface KeeperDesk {
  readonly sagas: Readonly<Record<string, Kept>>
  readonly sfn: SFNClient
  readonly lambda: LambdaClient
  readonly logger: Logger
  readonly ports: Ports
  /** Counts and measures of one saga. */
  measure(saga: string, name: KeeperMetric, unit: 'Count' | 'Milliseconds' | 'Seconds', value: number): void
}

export interface Kept extends KeptSaga {
  readonly name: string
  readonly open: OpenSagas
}

type KeeperMetric =
  /** Sagas that ended with everything done; with everything undone. */
  | 'Completed'
  | 'Undone'
  /** From its start to its end. */
  | 'Duration'
  /** Executions that ended otherwise, and were taken up again. */
  | 'Recovered'
  /** Calls for an operator, and reminders. */
  | 'NeedsAttention'
  /** As the last sweep found them: open sagas, those that wait for an operator, and the age of the oldest. */
  | 'Open'
  | 'Attention'
  | 'OldestRunning'

export type KeeperHandler = (event: unknown, context: LambdaContext) => Promise<unknown>

/** Makes the Lambda handler of a service's saga keeper. */
export function startKeeper(ports: Ports = globals): KeeperHandler {
  const set = settings({
    app: variables.app,
    service: variables.service,
    table: variables.table,
    sagas: variables.sagas,
  })
  const logger = new Logger(set.service, { keeper: set.service })
  const metrics = createMetrics(metricsNamespace(set.app), set.service, {})
  const kept = jsonSetting<KeptSagas>(variables.sagas, set.sagas)
  const desk = openKeeper(kept, { dynamo: dynamoClient(), table: set.table, logger, metrics, ports })
  return middy((event: unknown) => keep(desk, event), { timeoutEarlyInMillis: 0 })
    .use(inContext(logger))
    .use(flushed(metrics))
}

interface Tools {
  readonly dynamo: DynamoDBClient
  readonly table: string
  readonly logger: Logger
  readonly metrics: Metrics
  readonly ports: Ports
}

function openKeeper(kept: KeptSagas, { dynamo, table: name, logger, metrics, ports }: Tools): KeeperDesk {
  const table = openTable(dynamo, name, ports)
  return {
    sagas: Object.fromEntries(
      Object.entries(kept).map(([saga, one]) => [saga, { ...one, name: saga, open: openSagasOf(saga, dynamo, table) }]),
    ),
    sfn: new SFNClient({}),
    lambda: new LambdaClient({}),
    logger,
    ports,
    // Sagas of a service are measured one by one, whatever else this invocation measures.
    measure: (saga, metric, unit, value) => {
      const ofSaga = metrics.by({ saga })
      ofSaga.add(metric, unit, value)
      ofSaga.flush()
    },
  }
}

/** One call: by a machine in need, by EventBridge with an execution's end, or by the schedule. */
export async function keep(desk: KeeperDesk, event: unknown): Promise<unknown> {
  const { attention, detail, sweep } = event as { attention?: AttentionCall; detail?: StatusChange; sweep?: boolean }
  if (attention) return attend(desk, attention)
  if (detail) return endExecution(desk, detail)
  if (sweep) return sweepSagas(desk)
  throw new TypeError('this event is no call for attention, no status change and no sweep')
}

interface AttentionCall {
  readonly saga: string
  readonly sagaId: string
  readonly step: string
  readonly state: string
  readonly code: string
  readonly message: string
  readonly execution: string
  readonly token: string
}

/** The machine waits from now on; `bus.saga(…).resume()` lets it go on. */
async function attend(desk: KeeperDesk, { saga, sagaId, execution, ...stuck }: AttentionCall): Promise<void> {
  const since = new Date(desk.ports.now()).toISOString()
  await keptSaga(desk, saga).open.needAttention(sagaId, execution, { ...stuck, since })
  const { token: _, ...told } = stuck
  desk.logger.error('a saga needs attention', { saga, saga_id: sagaId, ...told })
  desk.measure(saga, 'NeedsAttention', 'Count', 1)
}

export function keptSaga({ sagas }: KeeperDesk, name: string): Kept {
  const kept = sagas[name]
  if (!kept) throw new TypeError(`'${name}' is no saga of this keeper: ${Object.keys(sagas).join(', ')}`)
  return kept
}
