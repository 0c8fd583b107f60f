import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import middy from '@middy/core'
import type { LambdaContext } from '../context.ts'
import { variables } from '../environment.ts'
import { isFailure } from '../failure.ts'
import { metricsNamespace } from '../names.ts'
import type { StepDefinition, StepHandler } from '../saga/step-handler.ts'
import { dynamoClient } from './clients.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { type EffectRecords, openEffectRecords } from './effect-record.ts'
import { Logger } from './logger.ts'
import { errorFields, inContext, withFields } from './logging.ts'
import { createMetrics } from './measures.ts'
import { flushed, type Metrics } from './metrics.ts'
import { globals, type Ports } from './ports.ts'
import { actOnce } from './saga-act.ts'
import { type StepCall, StepFailed, StepRefused } from './saga-call.ts'
import { closeStep } from './saga-close.ts'
import { compensateOnce, settleOnce } from './saga-compensate.ts'
import { settings } from './settings.ts'
import { openTable, type Table } from './table.ts'
import { InvalidData } from './validation.ts'

/** What the handler of a step holds from its first invocation on. */
export interface StepDesk {
  readonly definition: StepDefinition
  readonly dynamo: DynamoDBClient
  readonly table: Table
  readonly effects: EffectRecords
  readonly logger: Logger
  readonly ports: Ports
}

/** Makes the Lambda handler of a saga's step. */
export function startStep(definition: StepDefinition): StepHandler {
  const { id, service } = definition.declaration
  const { app, table } = settings({ app: variables.app, table: variables.table })
  const dynamo = dynamoClient()
  const logger = new Logger(service, { step: id })
  const metrics = createMetrics(metricsNamespace(app), service, { step: id })
  const desk: StepDesk = {
    definition,
    dynamo,
    table: openTable(dynamo, table, globals),
    effects: openEffectRecords(dynamo, table),
    logger,
    ports: globals,
  }
  const run = async (event: StepCall, context: LambdaContext) => {
    const deadline = startDeadline(context, globals)
    try {
      return await measured(desk, metrics, event, deadline)
    } finally {
      deadline.clear()
    }
  }
  const handler = middy(run, { timeoutEarlyInMillis: 0 }).use(inContext(logger)).use(flushed(metrics))
  return (event, context) => handler(event as StepCall, context)
}

async function measured(desk: StepDesk, metrics: Metrics, call: StepCall, deadline: Deadline): Promise<StepAnswered> {
  const started = desk.ports.now()
  try {
    const { count, ...answer } = await answerCall(desk, call, deadline)
    if (count) metrics.add(count, 'Count', 1)
    return answer
  } catch (error) {
    metrics.add(error instanceof StepRefused ? 'Refused' : 'Failed', 'Count', 1)
    if (isOverdue(call, desk.ports.now())) metrics.add('Overdue', 'Count', 1)
    throw error
  } finally {
    metrics.add('ProcessingTime', 'Milliseconds', desk.ports.now() - started)
  }
}

/** Tried without success for longer than its saga's `alarmAfter`. */
const isOverdue = ({ enteredAt = 0, alarmAfter = Number.POSITIVE_INFINITY }: StepCall, now: number): boolean =>
  now - enteredAt > alarmAfter

/** What the machine is told. */
export interface StepAnswered {
  readonly output?: unknown
  readonly outcome?: 'done' | 'undone'
}

/** What a call comes to. */
export interface StepOutcome extends StepAnswered {
  readonly count?: 'Handled' | 'Deduped' | 'Asked' | 'Compensated' | 'NothingToCompensate'
}

const PHASES: Readonly<
  Record<StepCall['phase'], (desk: StepDesk, call: StepCall, deadline: Deadline) => Promise<StepOutcome>>
> = { act: actOnce, compensate: compensateOnce, settle: settleOnce, close: closeStep }

/**
 * One call of a step, as the machine makes it.
 * @throws StepRefused where the saga has to turn back, StepFailed where the call is to be repeated
 */
export async function answerCall(desk: StepDesk, call: StepCall, deadline: Deadline): Promise<StepOutcome> {
  const { phase, saga, sagaId, step, attempt } = call
  const log = withFields(desk.logger, { phase, saga, saga_id: sagaId, step, attempt })
  try {
    return await deadline.race(PHASES[phase](desk, call, deadline))
  } catch (error) {
    const named = asStepError(error)
    log.warn(named instanceof StepRefused ? 'refused' : 'failed, to be tried again', { ...errorFields(error) })
    throw named
  }
}

/** Step Functions tells errors apart by name only. */
function asStepError(error: unknown): StepRefused | StepFailed {
  if (error instanceof StepRefused) return error
  if (isFailure(error) && error.kind !== 'retry') return new StepRefused(error.code, error.message)
  if (error instanceof InvalidData) return new StepRefused('InvalidData', error.message)
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new StepFailed(message, { cause: error })
}
