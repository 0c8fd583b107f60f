import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type AnySaga, type AnyStep, Dead, type StepHandler } from '../../../../messaging/index.ts'
import { commit } from '../../../../messaging/runtime/commit.ts'
import { planCommit } from '../../../../messaging/runtime/commit-plan.ts'
import { openEffectRecords } from '../../../../messaging/runtime/effect-record.ts'
import { Ledger } from '../../../../messaging/runtime/ledger.ts'
import { Logger } from '../../../../messaging/runtime/logger.ts'
import { answering, callbackKey, type Errand } from '../../../../messaging/runtime/saga-answer.ts'
import type { StepCall } from '../../../../messaging/runtime/saga-call.ts'
import { readStepRecord, type StepRecord } from '../../../../messaging/runtime/saga-record.ts'
import { answerCall, type StepDesk } from '../../../../messaging/runtime/saga-step.ts'
import { openTable } from '../../../../messaging/runtime/table.ts'
import { stepDefinitionOf } from '../../../../messaging/saga/step-handler.ts'
import type { Refusal } from '../../../../messaging/saga/use.ts'
import { envelope, fixedPorts } from '../../support.ts'

export const TABLE = 'model'
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'
const logger = new Logger('model', {})
const deadline = {
  signal: new AbortController().signal,
  race: async <T>(work: T | Promise<T>) => work,
  clear: () => {},
}

/** The services of a saga's steps, with their real handlers and runtime over one table. */
export function openWorld(
  saga: AnySaga,
  handlers: readonly StepHandler[],
  dynamo: DynamoDBClient,
  now: () => number = fixedPorts().now,
) {
  let counted = 0
  const ports = { ...fixedPorts(), now, uuid: () => `u-${counted++}` }
  const table = openTable(dynamo, TABLE, ports)
  const desks = new Map(
    handlers
      .map(stepDefinitionOf)
      .map((definition): [string, StepDesk] => [
        definition.contract.name,
        { definition, dynamo, table, effects: openEffectRecords(dynamo, TABLE), logger, ports },
      ]),
  )
  const deskOf = (contract: AnyStep): StepDesk => {
    const desk = desks.get(contract.name)
    if (!desk) throw new Error(`no handler for ${contract.name}`)
    return desk
  }
  return {
    /** Calls the step's function. @throws StepRefused, StepFailed */
    call: (contract: AnyStep, call: StepCall) => answerCall(deskOf(contract), call, deadline),
    /** As `call`, with a handler that refuses. */
    refused: (contract: AnyStep, call: StepCall) => {
      const desk = deskOf(contract)
      const definition = {
        ...desk.definition,
        act: () => {
          throw new Dead('no', { code: 'No' })
        },
      }
      return answerCall({ ...desk, definition }, call, deadline)
    },
    /** As `call`, by a process that dies before it commits anything of the handler's. */
    crashed: async (contract: AnyStep, call: StepCall) => {
      const desk = deskOf(contract)
      const dies = () => {
        throw new Error('the process died')
      }
      const definition = { ...desk.definition, act: dies, compensate: dies }
      await answerCall({ ...desk, definition }, call, deadline).catch(() => {})
    },
    /** What a consumer does that hears the answer of a callback: what the relay is to tell, if anything. */
    answer: async (
      contract: AnyStep,
      sagaId: string,
      step: string,
      answer: { output: unknown } | { refusal: Refusal },
    ) => {
      const ledger = new Ledger(deadline.signal)
      const unit = answering([contract], table, ledger, ports) as Record<
        'answer' | 'decline',
        (contract: AnyStep, callback: string, answer: unknown) => Promise<string>
      >
      const callback = callbackKey({ saga: saga.name, sagaId, step }, 1)
      const outcome =
        'output' in answer
          ? await unit.answer(contract, callback, answer.output)
          : await unit.decline(contract, callback, answer.refusal)
      const cause = envelope({ id: `answer-${counted++}` })
      const plan = await planCommit(ledger, { table: TABLE, consumerId: 'model.answer' }, cause, ports.now())
      await commit(dynamo, plan, ports, deadline.signal)
      return { outcome, errand: ledger.messages[0]?.wire as Errand | undefined }
    },
    record: async (contract: AnyStep, sagaId: string, step: string): Promise<StepRecord | undefined> =>
      (await readStepRecord(table, contract.name, { saga: saga.name, sagaId, step })).record,
  }
}

export type World = ReturnType<typeof openWorld>
