import type { Deadline } from './deadline.ts'
import { callbackKey, emitErrand } from './saga-answer.ts'
import { type StepCall, StepRefused } from './saga-call.ts'
import { readStepRecord, runKey, type StepRecord } from './saga-record.ts'
import { assertAnswer } from './saga-size.ts'
import type { StepDesk, StepOutcome } from './saga-step.ts'
import { commitStep, type Transition } from './saga-unit.ts'
import { validate } from './validation.ts'

/** Does the step, unless its record tells that it was done, or must not be done any more. */
export async function actOnce(desk: StepDesk, call: StepCall, deadline: Deadline): Promise<StepOutcome> {
  const { contract, declaration } = desk.definition
  for (;;) {
    const { key, record } = await readStepRecord(desk.table, contract.name, call)
    refuseIfOver(record)
    if (record?.state === 'done' && !contract.callback) return { output: record.output, count: 'Deduped' }
    if (record?.state === 'done') {
      if ((await tellAgain(desk, call, deadline, { key, from: record, to: record })) === 'committed')
        return { count: 'Deduped' }
      continue
    }
    const begin = (transition: Omit<Transition, 'key' | 'from'>['to']) =>
      commitStep(desk, call, deadline, runKey(call), async () => ({ key, from: record, to: transition }))
    if (record?.state === 'waiting' && desk.ports.now() < (record.waitUntil ?? 0)) {
      // Asked already; only the token is new. The answer will go to the newest.
      if ((await begin({ ...record, ...tokenOf(call) })) === 'committed') return { count: 'Deduped' }
      continue
    }
    refuseIfLate(call, desk.ports.now())
    const fresh = facts(call)
    if (declaration.outside && !record) {
      await begin({ ...fresh, state: 'begun' })
      continue
    }
    const outcome = await act(desk, call, deadline, { key, from: record, to: { ...fresh, state: 'done' } })
    if (outcome) return outcome
  }
}

/** A callback that was answered before, perhaps to a task that had given up: the new one is told. */
function tellAgain(desk: StepDesk, call: StepCall, deadline: Deadline, transition: Transition) {
  const { from, to } = transition
  const token = call.token ?? ''
  return commitStep(desk, call, deadline, `${runKey(call)}/told/${from?.version}`, async (_unit, _context, ledger) => {
    emitErrand(ledger, desk.definition.contract, call.sagaId, { token, output: to.output })
    return transition
  })
}

async function act(
  desk: StepDesk,
  call: StepCall,
  deadline: Deadline,
  transition: Transition,
): Promise<StepOutcome | undefined> {
  const { contract } = desk.definition
  const data = await validate(contract.input, call.input, `input of ${contract.name}`)
  const ask = (transition.from?.ask ?? 0) + 1
  let output: unknown
  const result = await commitStep(desk, call, deadline, causeId(call, ask), async (unit, context) => {
    output = await desk.definition.act(data, unit, { ...context, callback: callbackKey(call, ask) })
    if (contract.callback) return { ...transition, to: { ...transition.to, ...waiting(desk, call, ask) } }
    output = output === undefined ? {} : output
    await assertAnswer(contract, output)
    return { ...transition, to: { ...transition.to, output } }
  })
  if (result === 'changed') return undefined
  return contract.callback ? { count: 'Asked' } : { output, count: 'Handled' }
}

/** Asking again is another message; repeating a call is not. */
const causeId = (call: StepCall, ask: number): string => (ask === 1 ? runKey(call) : `${runKey(call)}/${ask}`)

const waiting = ({ ports }: StepDesk, call: StepCall, ask: number) => ({
  state: 'waiting' as const,
  ask,
  wait: call.wait ?? 0,
  waitUntil: ports.now() + (call.wait ?? 0) * 1000,
  ...tokenOf(call),
})

const facts = ({ input, machine, origin }: StepCall) => ({ input, machine, origin })

const tokenOf = ({ token }: StepCall) => (token === undefined ? {} : { token })

function refuseIfOver(record: StepRecord | undefined): void {
  if (record?.state === 'compensated' || record?.state === 'orphan')
    throw new StepRefused('Undone', 'this step has been undone; it cannot happen any more')
  if (record?.state === 'declined') throw new StepRefused('Declined', 'this step was answered with a refusal')
}

function refuseIfLate({ deadline }: StepCall, now: number): void {
  if (deadline !== undefined && now > deadline)
    throw new StepRefused('DeadlineExceeded', `the saga's deadline was ${new Date(deadline).toISOString()}`)
}
