import { Retry } from '../failure.ts'
import type { StepContext } from '../saga/step-handler.ts'
import type { TableKey } from '../table-layout.ts'
import { commit } from './commit.ts'
import { planRecorded } from './commit-record.ts'
import type { Deadline } from './deadline.ts'
import { effectAbilities } from './effects.ts'
import { Ledger } from './ledger.ts'
import { withFields } from './logging.ts'
import { fullJitter, sleep } from './ports.ts'
import type { StepCall } from './saga-call.ts'
import { recordContent, runKey, type StepRecord } from './saga-record.ts'
import type { StepDesk } from './saga-step.ts'
import { unitOf } from './unit-of-work.ts'

/** The record's item, as a unit found it and as it leaves it. */
export interface Transition {
  readonly key: TableKey
  readonly from: StepRecord | undefined
  readonly to: Omit<StepRecord, 'version'>
}

const MAX_RUNS = 20

/**
 * Runs a unit and commits it together with the step's record: both or neither.
 * @param run answers what becomes of the record
 * @param cause identity of what this run emits
 * @returns 'changed' where the record was not any more as it had been read
 */
export async function commitStep(
  desk: StepDesk,
  call: StepCall,
  deadline: Deadline,
  cause: string,
  run: (unit: object, context: StepContext, ledger: Ledger) => Promise<Transition>,
): Promise<'committed' | 'changed'> {
  const { definition, table, dynamo, ports } = desk
  const used = new Set<string>()
  for (let times = 1; ; times++) {
    deadline.signal.throwIfAborted()
    const ledger = new Ledger(deadline.signal)
    try {
      const consumerId = definition.declaration.id
      const noted = ({ pk }: TableKey) => used.add(pk)
      const tools = { records: desk.effects, ports, consumerId, causeId: cause, noted }
      const unit = {
        ...unitOf(definition, table, ledger, ports.now),
        ...effectAbilities(definition.effects, tools, ledger),
      }
      const transition = await run(unit, contextOf(desk, call, deadline), ledger)
      const committer = { table: table.name, consumerId }
      const plan = await planRecorded(ledger, committer, causeOf(call, cause, ports.now()), ports.now(), {
        key: transition.key,
        version: transition.from?.version,
        content: recordContent(withEffects(transition, used)),
      })
      const result = await commit(dynamo, plan, ports, deadline.signal)
      if (result === 'committed') return 'committed'
      if (result === 'duplicate') return 'changed'
      if (times === MAX_RUNS)
        throw new Retry(`changed by others during each of ${MAX_RUNS} runs: ${result.stale.join(', ')}`, {
          code: 'Contention',
        })
    } finally {
      ledger.close()
    }
    await sleep(ports, fullJitter(ports, times, 10, 250))
  }
}

function withEffects({ from, to }: Transition, used: ReadonlySet<string>): Transition['to'] {
  const effects = [...new Set([...(from?.effects ?? []), ...used])]
  return effects.length === 0 ? to : { ...to, effects }
}

function contextOf({ logger, ports }: StepDesk, call: StepCall, deadline: Deadline): StepContext {
  const { saga, sagaId, step, attempt } = call
  return {
    saga,
    sagaId,
    step,
    key: runKey(call),
    callback: '',
    attempt,
    signal: deadline.signal,
    now: new Date(ports.now()),
    logger: withFields(logger, { saga, saga_id: sagaId, step, attempt }),
  }
}

/** A step has no message that it handles; what it emits is caused by its run. */
function causeOf({ saga, sagaId, origin }: StepCall, id: string, now: number) {
  return {
    specversion: '1.0' as const,
    id,
    source: saga.slice(0, saga.indexOf('.')),
    type: saga,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json' as const,
    dataversion: 1,
    partitionkey: sagaId,
    correlationid: origin.correlationId,
    ...(origin.traceparent !== undefined && { traceparent: origin.traceparent }),
    hops: origin.hops,
    data: null,
  }
}
