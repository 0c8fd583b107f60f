import { type Node, type StepNode, stepsOf } from '../plan.ts'
import { isUndoable } from '../step-contract.ts'
import {
  BEGIN,
  NEEDS_ATTENTION,
  OPEN,
  RESUME,
  SAGA_NEEDS_ATTENTION,
  SAGA_UNDONE,
  type SagaTargets,
  type States,
  settledOf,
  settleOf,
  UNATTENDED,
  UNDONE,
  undoOf,
} from './targets.ts'
import { attentionTask, needsAttention, settleTask, undoTask } from './tasks.ts'

/** The parts of a saga by what a failure there leads to. */
export interface Course {
  readonly saga: string
  readonly targets: SagaTargets
  /** Steps that can be undone, in the order of their run; the pivot among them where it can be. */
  readonly undoable: readonly StepNode[]
  readonly pivot: StepNode | undefined
  /** Steps after the pivot. */
  readonly forward: readonly StepNode[]
}

export function courseOf(saga: string, nodes: readonly Node[], targets: SagaTargets): Course {
  const steps = stepsOf(nodes)
  const at = steps.findIndex(({ pivot }) => pivot)
  const back = at < 0 ? steps : steps.slice(0, at + 1)
  return {
    saga,
    targets,
    undoable: back.filter(({ contract }) => isUndoable(contract)),
    pivot: steps[at],
    forward: at < 0 ? [] : steps.slice(at + 1),
  }
}

/**
 * Where a saga turns back to once `step` has been tried: its own compensation, for it may have happened, or that of the last step
 * before it that can be undone.
 */
export function turnFrom({ undoable }: Course, tried: readonly StepNode[]): string {
  const last = undoable.findLast((step) => tried.includes(step))
  return last ? undoOf(last.name) : UNDONE
}

/** A state that may wait for an operator. */
interface Resumable {
  readonly state: string
  /** After it, where it may be skipped. */
  readonly next?: string | undefined
  /** Where it is tried again. @default the state itself */
  readonly retry?: string
}

/** The way back, with the operator's place in it, and the states in which a saga ends that was undone. */
export function backwardStates(course: Course, resumable: readonly Resumable[]): States {
  const undos = course.undoable.map((node, index) => {
    const before = course.undoable[index - 1]
    const next = before ? undoOf(before.name) : UNDONE
    const state = undoOf(node.name)
    return {
      state,
      next,
      task: undoTask(course, node, { Output: {}, Catch: [needsAttention(node.name, state)], Next: next }),
    }
  })
  return {
    ...Object.fromEntries(undos.toReversed().map(({ state, task }) => [state, task])),
    [UNDONE]: {
      Type: 'Fail',
      Error: SAGA_UNDONE,
      Cause: "{% $failure.step & ': ' & $failure.code & ': ' & $failure.message %}",
    },
    [NEEDS_ATTENTION]: attentionTask(course),
    [RESUME]: {
      Type: 'Choice',
      Choices: [...undos, ...resumable].flatMap(({ state, next, retry = state }: Resumable) => [
        rule('retry', state, retry),
        ...(next === undefined ? [] : [rule('skip', state, next)]),
      ]),
      Default: NEEDS_ATTENTION,
    },
    [UNATTENDED]: {
      Type: 'Fail',
      Error: SAGA_NEEDS_ATTENTION,
      Cause: "{% $stuck.state & ': ' & $stuck.code & ': ' & $stuck.message %}",
    },
  }
}

const rule = (verdict: string, state: string, Next: string) => ({
  Condition: `{% $verdict = '${verdict}' and $stuck.state = '${state}' %}`,
  Next,
})

/** How a saga begins: from the front, or, when an execution was stopped from outside, by turning back (or on, past the pivot). */
export function beginning({ pivot, undoable }: Course): States {
  const last = undoable.at(-1)
  const turn = pivot ? settleOf(pivot.name) : last ? undoOf(last.name) : UNDONE
  return {
    [BEGIN]: {
      Type: 'Choice',
      Choices: [
        {
          Condition: '{% $exists($states.input.recovers) %}',
          Assign: {
            ...began('$states.input.recovers'),
            recovering: true,
            failure: '{% $states.input.failure %}',
          },
          Next: turn,
        },
      ],
      Default: OPEN,
      Assign: { ...began('$states.context.Execution.Name'), recovering: false },
    },
  }
}

const began = (sagaId: string) => ({
  input: '{% $states.input.input %}',
  sagaId: `{% ${sagaId} %}`,
  origin: '{% $states.input.origin %}',
})

/** Asks whether the pivot happened, and goes on or turns back. @param next after the pivot; @param first of the saga's steps */
export function settlement(course: Course, next: string, first: string): States {
  const { pivot } = course
  if (!pivot) return {}
  const before = turnFrom(course, course.undoable)
  return {
    [settleOf(pivot.name)]: settleTask(course, pivot, {
      Assign: { settled: '{% $states.result.Payload.outcome %}', [pivot.name]: '{% $states.result.Payload.output %}' },
      Output: {},
      Catch: [needsAttention(pivot.name, settleOf(pivot.name))],
      Next: settledOf(pivot.name),
    }),
    [settledOf(pivot.name)]: {
      Type: 'Choice',
      Choices: [
        // Whoever recovers knows no answers: the steps give theirs again, from their records.
        { Condition: "{% $settled = 'done' and $recovering %}", Next: first },
        { Condition: "{% $settled = 'done' %}", Next: next },
      ],
      Default: before,
    },
  }
}
