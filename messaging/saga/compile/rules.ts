import { type Node, type StepNode, stepsOf } from '../plan.ts'
import { pathOf, rendered, variablesIn } from '../reference.ts'
import type { AnySaga } from '../saga.ts'
import { isUndoable } from '../step-contract.ts'
import { courseOf } from './backward.ts'
import { eventsOf, MAX_EVENTS, MAX_EXECUTION_SECONDS, secondsOf } from './bounds.ts'
import { TAKEN } from './taken.ts'
import type { SagaTargets } from './targets.ts'
import { MARGIN_SECONDS, taskSeconds } from './tasks.ts'

/** A saga that cannot be compiled, with every reason. */
export class SagaError extends Error {
  override readonly name = 'SagaError'
  readonly reasons: readonly string[]

  constructor(saga: string, reasons: readonly string[]) {
    super(`saga '${saga}': ${reasons.join('; ')}`)
    this.reasons = reasons
  }
}

/** @throws SagaError with every broken rule */
export function assertSound(saga: AnySaga, targets: SagaTargets): void {
  const reasons = sagaProblems(saga, targets)
  if (reasons.length > 0) throw new SagaError(saga.name, reasons)
}

/** Every broken rule, each naming its step. Empty for a sound saga. */
export function sagaProblems(saga: AnySaga, targets: SagaTargets): readonly string[] {
  const problems = [...shape(saga), ...missingTargets(saga, targets)]
  if (problems.length > 0) return problems
  return [
    ...stepsOf(saga.nodes).flatMap((node) => stepProblems(node, saga, targets)),
    ...order(saga),
    ...sizes(saga),
    ...times(saga, targets),
  ]
}

function shape({ nodes }: AnySaga): readonly string[] {
  const steps = stepsOf(nodes)
  const names = namesIn(nodes)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  return told([
    [steps.length > 0, 'it has no steps'],
    ...[...new Set(twice)].map((name) => [false, `step '${name}': its name is used twice`] as const),
    ...names.map(
      (name) =>
        [
          /^[a-z][A-Za-z0-9]{0,59}$/.test(name) && !TAKEN.has(name),
          `step '${name}': a name is a lower-case letter, then letters and digits, 60 in all, and no name that is taken: by the saga's own variables, or by a function of JSONata`,
        ] as const,
    ),
    ...parallels(nodes).flatMap(({ name, branches }) => [
      [branches.length > 1, `parallel '${name}': it needs two branches`] as const,
      [
        branches.every((branch) => branch.length > 0 && branch.every(({ kind }) => kind === 'step')),
        `parallel '${name}': a branch is a row of steps`,
      ] as const,
      [!stepsOf(branches.flat()).some(({ pivot }) => pivot), `parallel '${name}': the pivot stands alone`] as const,
    ]),
  ])
}

function missingTargets({ nodes }: AnySaga, { steps }: SagaTargets): readonly string[] {
  return stepsOf(nodes)
    .filter(({ contract }) => !steps[contract.name])
    .map(({ name, contract }) => `step '${name}': no function handles ${contract.name}`)
}

function stepProblems(node: StepNode, saga: AnySaga, targets: SagaTargets): readonly string[] {
  const { name, contract, retry, answerWithin, heartbeat, pivot } = node
  const course = courseOf(saga.name, saga.nodes, targets)
  const after = course.forward.includes(node)
  const timeout = targets.steps[contract.name]?.timeout ?? 0
  const own = taskSeconds(node, { timeout })
  const lowest = Math.ceil(timeout / 1000) + MARGIN_SECONDS
  return told([
    [!after || !isUndoable(contract), 'it can be compensated but stands after the pivot, where nothing is undone'],
    [
      contract.undo !== 'always' || (node === saga.nodes[0] && !pivot),
      `${contract.name} is undone always, so it must be the first step, and not the pivot: no saga may turn back without coming past it`,
    ],
    [
      after || pivot || contract.undo !== 'impossible',
      `it has no compensation: ${contract.name} cannot be undone, so it must be the pivot or stand after it`,
    ],
    [
      !pivot || !contract.callback || contract.undo === 'compensation',
      'a pivot with a callback needs a compensation, for an answer that comes too late',
    ],
    [!contract.callback || (answerWithin ?? 0) > 0, 'a callback needs `answerWithin`, or it may wait for ever'],
    [
      !contract.callback || (answerWithin ?? 0) >= lowest * 1000,
      `answerWithin of ${answerWithin} ms ends before its function, at ${timeout} ms and ${MARGIN_SECONDS} s`,
    ],
    [
      heartbeat === undefined || (heartbeat >= 1_000 && heartbeat < (answerWithin ?? 0)),
      `heartbeat of ${heartbeat} ms must be from 1 s to below answerWithin`,
    ],
    [
      contract.callback || own >= lowest,
      `timeout of ${own} s ends before its function, at ${timeout} ms and ${MARGIN_SECONDS} s: its outcome would be unknown by design`,
    ],
    [
      retry.attempts !== 'forever' || after,
      'it is retried for ever, which only a step after the pivot may be: a saga that can turn back must',
    ],
    [retry.attempts !== 'forever' || retry.alarmAfter !== undefined, 'it is retried for ever without `alarmAfter`'],
    [
      retry.attempts === 'forever' || (Number.isInteger(retry.attempts) && retry.attempts >= 1),
      `retry.attempts ${retry.attempts} must be a whole number from 1, or 'forever'`,
    ],
    [retry.first > 0 && retry.first <= retry.max, `retry.backoff must grow: from ${retry.first} ms to ${retry.max} ms`],
  ]).map((reason) => `step '${name}': ${reason}`)
}

/** The pivot, and what each step may refer to. */
function order({ nodes }: AnySaga): readonly string[] {
  const pivots = stepsOf(nodes).filter(({ pivot }) => pivot)
  const nested = pivots.filter((node) => !nodes.includes(node))
  return [
    ...told([
      [pivots.length <= 1, `step '${pivots[1]?.name}': a saga has one pivot, and '${pivots[0]?.name}' is it`],
      [
        nested.length === 0,
        `step '${nested[0]?.name}': the pivot stands on the saga's own way, in no choice or branch`,
      ],
    ]),
    ...references(nodes, new Set(['input'])),
  ]
}

function references(nodes: readonly Node[], known: ReadonlySet<string>): readonly string[] {
  const problems: string[] = []
  const seen = new Set(known)
  for (const node of nodes) {
    const asked = node.kind === 'step' ? variablesIn(node.input) : node.kind === 'choice' ? node.when.variables : []
    for (const name of asked.filter((variable) => !seen.has(variable)))
      problems.push(`step '${node.name}': it refers to '${name}', which is no earlier step`)
    if (node.kind === 'step') problems.push(...unrenderable(node))
    if (node.kind === 'parallel') problems.push(...node.branches.flatMap((branch) => references(branch, seen)))
    if (node.kind === 'choice') problems.push(...references(node.yes, seen), ...references(node.no, seen))
    for (const step of stepsOf([node])) seen.add(step.name)
  }
  return problems
}

function unrenderable({ name, input }: StepNode): readonly string[] {
  try {
    rendered(input)
    return []
  } catch (error) {
    return [`step '${name}': its input: ${(error as Error).message}`]
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: input or output of a task, state or execution */
const MAX_PAYLOAD = 262_144
/** What the kit adds to a payload: identity, token (up to 1,024), failure (up to 1,100), Step Functions' own envelope. */
const OVERHEAD = 4_096

/** Payloads and variables, with everything at its declared most. */
function sizes({ nodes, maxInput }: AnySaga): readonly string[] {
  let held = maxInput
  return stepsOf(nodes).flatMap(({ name, contract, input }) => {
    const literal = Buffer.byteLength(JSON.stringify(pathOf(input) ? {} : literalOf(input)))
    held += contract.maxOutput
    return told([
      [
        contract.maxInput + literal + OVERHEAD <= MAX_PAYLOAD,
        `step '${name}': its input may have ${contract.maxInput} bytes, over the ${MAX_PAYLOAD} of a payload: pass a reference`,
      ],
      [
        held + OVERHEAD <= MAX_PAYLOAD,
        `step '${name}': with its answer the saga may hold ${held} bytes, over the ${MAX_PAYLOAD} of a payload: answer ids, not documents`,
      ],
    ])
  })
}

const literalOf = (template: unknown): unknown => {
  try {
    return rendered(template) ?? null
  } catch {
    return null
  }
}

function times(saga: AnySaga, targets: SagaTargets): readonly string[] {
  const most = secondsOf(saga, targets)
  const limit = saga.timeout === undefined ? MAX_EXECUTION_SECONDS : Math.ceil(saga.timeout / 1000)
  const events = eventsOf(saga, targets)
  return told([
    [limit <= MAX_EXECUTION_SECONDS, `timeout of ${limit} s is over the year that an execution may take`],
    [
      most <= limit,
      `its steps, retries and compensations can take ${most} s, over the ${limit} s of the machine: a machine that ends by itself compensates nothing`,
    ],
    [events <= MAX_EVENTS, `its retries can make ${events} events, over the ${MAX_EVENTS} of an execution`],
  ])
}

const parallels = (nodes: readonly Node[]): readonly Extract<Node, { kind: 'parallel' }>[] =>
  nodes.flatMap((node) =>
    node.kind === 'parallel' ? [node] : node.kind === 'choice' ? parallels([...node.yes, ...node.no]) : [],
  )

const namesIn = (nodes: readonly Node[]): readonly string[] =>
  nodes.flatMap((node) => [
    node.name,
    ...(node.kind === 'step'
      ? []
      : namesIn(node.kind === 'parallel' ? node.branches.flat() : [...node.yes, ...node.no])),
  ])

const told = (rules: readonly (readonly [holds: boolean, message: string])[]): readonly string[] =>
  rules.filter(([holds]) => !holds).map(([, message]) => message)
