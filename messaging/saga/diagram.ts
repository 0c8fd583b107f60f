import { milliseconds } from '../duration.ts'
import type { Node, StepNode } from './plan.ts'
import { stepsOf } from './plan.ts'
import type { AnySaga } from './saga.ts'
import { isUndoable } from './step-contract.ts'

/** The saga as a Mermaid flowchart: the way forward in full lines, the way back in dotted ones. */
export function sagaDiagram({ nodes }: AnySaga): string {
  const steps = stepsOf(nodes)
  const pivot = steps.findIndex((step) => step.pivot)
  const back = (pivot < 0 ? steps : steps.slice(0, pivot + 1)).filter(({ contract }) => isUndoable(contract))
  const { lines, exits } = row(nodes, ['start'])
  return [
    'flowchart TD',
    '  start((start))',
    ...lines,
    ...exits.map((exit) => `  ${exit} --> done`),
    '  done((done))',
    ...backward(back),
    ...turns(pivot < 0 ? steps : steps.slice(0, pivot + 1), back),
    ...steps.slice(pivot < 0 ? steps.length : pivot + 1).map(({ name }) => `  ${name} -. exhausted .-> attention`),
    '  attention[/needs attention/]',
    '  undone((undone))',
    '',
  ].join('\n')
}

interface Drawn {
  readonly lines: readonly string[]
  /** Where the way goes on from. */
  readonly exits: readonly string[]
}

function row(nodes: readonly Node[], from: readonly string[]): Drawn {
  return nodes.reduce<Drawn>(
    ({ lines, exits }, node) => {
      const drawn = draw(node, exits)
      return { lines: [...lines, ...drawn.lines], exits: drawn.exits }
    },
    { lines: [], exits: from },
  )
}

function draw(node: Node, from: readonly string[]): Drawn {
  const arrows = from.map((exit) => `  ${exit} --> ${node.name}`)
  if (node.kind === 'step') return { lines: [`  ${node.name}${label(node)}`, ...arrows], exits: [node.name] }
  const ways = node.kind === 'parallel' ? node.branches : [node.yes, node.no]
  const shape = node.kind === 'parallel' ? `[[${node.name}]]` : `{${node.name}}`
  const drawn = ways.map((way) => row(way, [node.name]))
  return {
    lines: [`  ${node.name}${shape}`, ...arrows, ...drawn.flatMap(({ lines }) => lines)],
    exits: drawn.flatMap(({ exits }) => exits),
  }
}

function label({ name, contract, pivot, answerWithin }: StepNode): string {
  const waits = answerWithin === undefined ? '' : `<br/>answer within ${told(answerWithin)}`
  const text = `"${name}<br/>${contract.name}${waits}"`
  return pivot ? `{{${text}}}` : contract.callback ? `[/${text}/]` : `[${text}]`
}

const backward = (back: readonly StepNode[]): readonly string[] =>
  back
    .toReversed()
    .flatMap(({ name }, index, all) => [
      `  undo_${name}["undo ${name}"]`,
      `  undo_${name} -.-> ${undoOf(all[index + 1])}`,
      `  undo_${name} -. exhausted .-> attention`,
    ])

/** Where each step that can still turn back does so. */
const turns = (steps: readonly StepNode[], back: readonly StepNode[]): readonly string[] =>
  steps.map((step, index) => {
    const last = back.findLast((one) => steps.indexOf(one) <= index)
    return `  ${step.name} -. ${step.pivot ? 'did not happen' : 'failed or unknown'} .-> ${undoOf(last)}`
  })

const undoOf = (step: StepNode | undefined): string => (step ? `undo_${step.name}` : 'undone')

const UNITS = ['1d', '1h', '1m', '1s'] as const

/** In the largest unit that fits. */
function told(ms: number): string {
  const unit = UNITS.find((one) => ms % milliseconds(one) === 0)
  return unit ? `${ms / milliseconds(unit)} ${unit.slice(1)}` : `${ms} ms`
}
