import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn'
import { digest } from '../ids.ts'
import { callObstacle, type Obstacle } from '../obstacle.ts'
import type { Errand } from '../saga-answer.ts'
import { executionName, startSaga } from '../saga-start.ts'
import type { CarrierTo } from './letter.ts'

/** To Step Functions, on behalf of a step that waits for its answer. */
export function carrierOfErrands(client = new SFNClient({})): CarrierTo {
  return () => (letters) => Promise.all(letters.map(({ envelope }) => run(client, envelope.data as Errand)))
}

async function run(client: SFNClient, errand: Errand): Promise<Obstacle | undefined> {
  try {
    await tell(client, errand)
    return undefined
  } catch (error) {
    return isOver(error) ? undefined : callObstacle(error)
  }
}

function tell(client: SFNClient, errand: Errand): Promise<unknown> {
  if ('recover' in errand) return recover(client, errand.recover)
  const { token: taskToken } = errand
  if ('heartbeat' in errand) return client.send(new SendTaskHeartbeatCommand({ taskToken }))
  if ('output' in errand)
    return client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(errand.output) }))
  const { code, message } = errand.refusal
  const cause = JSON.stringify({ errorMessage: `${code}: ${message}` })
  return client.send(new SendTaskFailureCommand({ taskToken, error: 'StepRefused', cause }))
}

type Recovering = Extract<Errand, { recover: unknown }>['recover']

function recover(client: SFNClient, { machine, sagaId, occasion, origin, failure }: Recovering): Promise<unknown> {
  const name = `${executionName(sagaId)}.o${digest(occasion).slice(0, 12)}`
  return startSaga(client, machine, name, { recovers: sagaId, input: null, origin, failure })
}

/**
 * Nobody waits for the answer any more: the task timed out, or was answered before. The step's record holds the answer, so the saga,
 * which turns back then, undoes it; and a task that asks again is told.
 */
const isOver = (error: unknown): boolean =>
  error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken
