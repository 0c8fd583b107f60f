import type { ExprNode } from 'jsonata'

/** The members of a node that are evaluated against what the node itself is evaluated against. */
interface Node {
  readonly type: string
  readonly value?: unknown
  readonly steps?: readonly Node[]
  readonly lhs?: Node | readonly (readonly Node[])[]
  readonly rhs?: Node
  readonly expression?: Node
  readonly expressions?: readonly Node[]
  readonly arguments?: readonly Node[]
  readonly procedure?: Node
  readonly body?: Node
  readonly condition?: Node
  readonly then?: Node
  readonly else?: Node
}

/**
 * What an expression looks for at the top level: names, `$`, `$$`, and `$states.errorOutput`. Only the first step of a path
 * is looked for there; a later one, a predicate, a sort term or a grouping is evaluated against what was found before
 * (measured of ValidateStateMachineDefinition in 2026).
 */
export function referencesOf(ast: ExprNode): readonly string[] {
  const found = new Set<string>()
  collect(ast as unknown as Node, found)
  return [...found]
}

function collect(node: Node | undefined, found: Set<string>): void {
  if (node === undefined || node === null) return
  if (node.type === 'path') collectPath(node.steps ?? [], found)
  else if (node.type === 'variable') {
    if (node.value === '') found.add('$')
    if (node.value === '$') found.add('$$')
  } else if (node.type !== 'transform' && node.type !== 'regex') for (const part of partsOf(node)) collect(part, found)
}

function collectPath([first, second]: readonly Node[], found: Set<string>): void {
  if (first?.type === 'name') found.add(String(first.value))
  else if (first?.type === 'variable' && first.value === 'states' && second?.value === 'errorOutput')
    found.add('$states.errorOutput')
  else collect(first, found)
}

/** In the order in which they are written. */
function partsOf({ lhs, rhs, ...node }: Node): readonly (Node | undefined)[] {
  const left = Array.isArray(lhs) ? (lhs as readonly (readonly Node[])[]).flat() : [lhs as Node | undefined]
  // A lambda's arguments are names of its own.
  const given = node.type === 'lambda' ? [] : (node.arguments ?? [])
  const outcomes = [node.condition, node.then, node.else]
  const bound = node.type === 'bind' ? [] : left
  return [...bound, rhs, node.expression, ...(node.expressions ?? []), node.procedure, ...given, node.body, ...outcomes]
}
