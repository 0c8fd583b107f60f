import { askedIn } from '../plan.ts'
import type { AnySaga } from '../saga.ts'
import { backwardStates, beginning, courseOf, settlement, turnFrom } from './backward.ts'
import { MAX_EXECUTION_SECONDS, secondsOf } from './bounds.ts'
import { compileRow } from './forward.ts'
import { assertSound } from './rules.ts'
import { BEGIN, DONE, OPEN, type SagaTargets, type StateMachineDefinition, settleOf } from './targets.ts'
import { openTask } from './tasks.ts'

/**
 * Makes a saga's state machine (Standard). Pure: the same saga and targets give the same definition.
 * @throws SagaError with every broken rule, each naming its step
 */
export function compileSaga(saga: AnySaga, targets: SagaTargets): StateMachineDefinition {
  assertSound(saga, targets)
  const course = courseOf(saga.name, saga.nodes, targets)
  const passage = { course, deadline: saga.deadline, tried: [] }
  const row = compileRow(saga.nodes, DONE, passage)
  const { pivot } = course
  const pivotState = pivot && (row.states[pivot.name] as { Next?: string })
  const asked = askedIn(saga.nodes)
  const resumable = [
    // Nobody could find out whether it happened: it is tried again from the front, or taken for not done.
    ...(pivot ? [{ state: settleOf(pivot.name), retry: row.entry, next: turnFrom(course, course.undoable) }] : []),
    // What nobody refers to can be done by hand.
    ...course.forward.map(({ name }) => ({
      state: name,
      next: asked.has(name) ? undefined : (row.states[name] as { Next?: string }).Next,
    })),
  ]
  const timeout = saga.timeout === undefined ? secondsOf(saga, targets) : Math.ceil(saga.timeout / 1000)
  return {
    Comment: `Saga ${saga.name}: all done, all undone, or waiting for an operator`,
    QueryLanguage: 'JSONata',
    StartAt: BEGIN,
    TimeoutSeconds: Math.min(timeout, MAX_EXECUTION_SECONDS),
    States: {
      ...beginning(course),
      [OPEN]: openTask(course, { Next: row.entry }),
      ...row.states,
      [DONE]: { Type: 'Succeed', Output: {} },
      ...settlement(course, pivotState?.Next ?? DONE, row.entry),
      ...backwardStates(course, resumable),
    },
  }
}
