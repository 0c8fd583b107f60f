import type { Deadline } from './deadline.ts'
import { failureOf, type StepCall, StepRefused } from './saga-call.ts'
import { readStepRecord, runKey, type StepRecord } from './saga-record.ts'
import type { StepDesk, StepOutcome } from './saga-step.ts'
import { commitStep } from './saga-unit.ts'
import { validate } from './validation.ts'

/**
 * Undoes the step, if its record tells that there is something, or may be, or its contract that there always is; either way it cannot
 * happen any more afterwards: without a record of the step a tombstone is written, which refuses a call that comes late.
 */
export async function compensateOnce(desk: StepDesk, call: StepCall, deadline: Deadline): Promise<StepOutcome> {
  for (;;) {
    const { key, record } = await readStepRecord(desk.table, desk.definition.contract.name, call)
    if (record?.state === 'compensated') return { count: 'NothingToCompensate' }
    const to = { ...kept(record), state: 'compensated' as const, machine: call.machine, origin: call.origin }
    const happened = (record && record.state !== 'declined') || desk.definition.contract.undo === 'always'
    const cause = `${runKey(call)}/compensation${record?.state === 'orphan' ? '/orphan' : ''}`
    const result = await commitStep(desk, call, deadline, cause, async (unit, context) => {
      if (happened) await desk.definition.compensate(await undoing(desk, call, record), unit, context)
      return { key, from: record, to }
    })
    if (result === 'committed') return { count: happened ? 'Compensated' : 'NothingToCompensate' }
  }
}

/** Whether the pivot happened. If not, it is refused from now on, so that the answer stays true. */
export async function settleOnce(desk: StepDesk, call: StepCall, deadline: Deadline): Promise<StepOutcome> {
  for (;;) {
    const { key, record } = await readStepRecord(desk.table, desk.definition.contract.name, call)
    if (record?.state === 'done') return { outcome: 'done', output: record.output }
    if (record?.state === 'begun' && desk.definition.contract.undo === 'impossible')
      throw new StepRefused('OutcomeUnknown', 'its effect outside was begun and never told: an operator must find out')
    // What can be undone is left to its compensation, which comes next.
    if (record && record.state !== 'waiting') return { outcome: 'undone', output: null }
    if (record && desk.definition.contract.undo === 'compensation') return { outcome: 'undone', output: null }
    const to = { ...kept(record), state: 'compensated' as const, machine: call.machine, origin: call.origin }
    const result = await commitStep(desk, call, deadline, runKey(call), async () => ({ key, from: record, to }))
    if (result === 'committed') return { outcome: 'undone', output: null }
  }
}

/** What was never begun left no record of its input: then it comes with the call. */
async function undoing({ definition: { contract } }: StepDesk, call: StepCall, record: StepRecord | undefined) {
  const { input, output } = record?.input === undefined ? { ...record, input: call.input } : record
  const data = await validate(contract.input, input, `recorded input of ${contract.name}`)
  return { input: data, failure: failureOf(call), ...(output !== undefined && { output }) }
}

const kept = (record: StepRecord | undefined) => {
  const { token: _token, version: _version, ...rest } = record ?? { version: 0 }
  return rest
}
