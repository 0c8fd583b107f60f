import { type ChoiceNode, type Node, type ParallelNode, type StepNode, stepsOf } from '../plan.ts'
import { type Course, turnFrom } from './backward.ts'
import { brokenOf, joinOf, type States, settleOf } from './targets.ts'
import { actTask, answerOf, failureAssign, needsAttention } from './tasks.ts'

/** What the compiler knows on its way through a saga. */
export interface Passage {
  readonly course: Course
  readonly deadline: number | undefined
  /** Steps of this saga that may have run when this place is reached. */
  readonly tried: readonly StepNode[]
}

/** States of a row of nodes. `entry` is the first one's name, or `next` where there are none. */
export interface Compiled {
  readonly entry: string
  readonly states: States
}

/** @param next the state after the row */
export function compileRow(nodes: readonly Node[], next: string, passage: Passage): Compiled {
  const placed: { node: Node; passage: Passage }[] = []
  let tried = passage.tried
  for (const node of nodes) {
    tried = [...tried, ...stepsOf([node])]
    // A step's own run counts: once it was called it may have happened.
    placed.push({ node, passage: { ...passage, tried } })
  }
  return placed.reduceRight<Compiled>(
    (after, { node, passage }) => {
      const states = compileNode(node, after.entry, passage)
      return { entry: node.name, states: { ...states, ...after.states } }
    },
    { entry: next, states: {} },
  )
}

function compileNode(node: Node, next: string, passage: Passage): States {
  if (node.kind === 'step') return { [node.name]: stepState(node, next, passage) }
  return node.kind === 'parallel' ? parallelStates(node, next, passage) : choiceStates(node, next, passage)
}

function stepState(node: StepNode, next: string, { course, deadline, tried }: Passage) {
  const turnsBack = !course.forward.includes(node) && !node.pivot
  return actTask(
    course,
    node,
    { turnsBack, deadline },
    {
      Assign: { [node.name]: `{% ${answerOf(node)} %}` },
      Output: {},
      Catch: [turnsBack || node.pivot ? turn(node, course, tried) : needsAttention(node.name, node.name)],
      Next: next,
    },
  )
}

/** The failure is remembered, and the saga turns back; from the pivot only when it is certain that it did not happen. */
const turn = (node: StepNode, course: Course, tried: readonly StepNode[]) => ({
  ErrorEquals: ['States.ALL'],
  Assign: { failure: failureAssign(node.name) },
  Output: {},
  Next: node.pivot ? settleOf(node.name) : turnFrom(course, tried),
})

function choiceStates({ name, when, yes, no }: ChoiceNode, next: string, passage: Passage): States {
  // Both ways are taken for tried: the compensation of a step that never ran does nothing.
  const ways = { yes: compileRow(yes, next, passage), no: compileRow(no, next, passage) }
  return {
    [name]: {
      Type: 'Choice',
      Choices: [{ Condition: `{% ${when.expression} %}`, Next: ways.yes.entry, ...nothingFrom(no) }],
      Default: ways.no.entry,
      ...nothingFrom(yes),
    },
    ...ways.yes.states,
    ...ways.no.states,
  }
}

/** The answers of the steps that are left out are null. */
function nothingFrom(nodes: readonly Node[]): object {
  const steps = stepsOf(nodes)
  return steps.length === 0 ? {} : { Assign: Object.fromEntries(steps.map(({ name }) => [name, null])) }
}

/**
 * A failing branch ends like any other, with its failure as output, so that Step Functions does not stop the others halfway: the
 * saga turns back when nothing of it runs any more.
 */
function parallelStates({ name, branches }: ParallelNode, next: string, passage: Passage): States {
  const { course, tried } = passage
  const rows = branches.map((branch) => stepsOf(branch))
  const broken = rows.map((_, index) => `$exists($states.result[${index}].failed)`)
  const answers = rows.flatMap((row, index) =>
    row.map((step) => [step.name, `{% $lookup($states.result[${index}], '${step.name}') %}`] as const),
  )
  const failure = rows.map((_, index) => `$states.result[${index}].failed`)
  return {
    [name]: {
      Type: 'Parallel',
      Branches: rows.map((row) => branchOf(row, passage)),
      Assign: {
        broken: `{% ${broken.join(' or ')} %}`,
        failure: `{% (${broken.join(' or ')}) ? $filter([${failure.join(', ')}], function($f) { $exists($f) })[0] : null %}`,
        ...Object.fromEntries(answers.map(([step, text]) => [step, orNull(text)])),
      },
      Output: {},
      Next: joinOf(name),
    },
    [joinOf(name)]: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $broken %}', Next: turnFrom(course, tried) }],
      Default: next,
    },
  }
}

const orNull = (text: string): string => {
  const inner = text.slice(3, -3)
  return `{% $exists(${inner}) ? ${inner} : null %}`
}

function branchOf(row: readonly StepNode[], { course, deadline }: Passage) {
  const states = row.flatMap((node, index) => {
    const following = row[index + 1]
    const answers = Object.fromEntries(row.slice(0, index).map(({ name }) => [name, `{% $${name} %}`]))
    const ending = { Output: { ...answers, [node.name]: `{% ${answerOf(node)} %}` }, End: true }
    const going = { Assign: { [node.name]: `{% ${answerOf(node)} %}` }, Output: {}, Next: following?.name }
    const caught = {
      ErrorEquals: ['States.ALL'],
      Output: { failed: failureAssign(node.name) },
      Next: brokenOf(node.name),
    }
    return [
      [
        node.name,
        actTask(course, node, { turnsBack: true, deadline }, { ...(following ? going : ending), Catch: [caught] }),
      ],
      [brokenOf(node.name), { Type: 'Pass', End: true }],
    ] as const
  })
  return { StartAt: row[0]?.name, States: Object.fromEntries(states) }
}
